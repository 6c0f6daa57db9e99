import { expect, it } from 'vitest';
import { initialsOf } from './initials.ts';
import { linkToken } from './link-token.ts';
import { chooseTenant } from './session.ts';
import { shortId } from './short-id.ts';
import { thingPath } from './thing-path.ts';

const tenants = [
  { id: 'ten_a', name: 'A', role: 'owner' },
  { id: 'ten_b', name: 'B', role: 'viewer' },
] as const;

it('opens the organisation last worked in, and the first one when that is no longer theirs', () => {
  expect(chooseTenant([...tenants], 'ten_b')?.id).toBe('ten_b');
  expect(chooseTenant([...tenants], 'ten_gone')?.id).toBe('ten_a');
  expect(chooseTenant([...tenants], undefined)?.id).toBe('ten_a');
  expect(chooseTenant([], 'ten_a')).toBeUndefined();
});

it('takes a one-time token from the fragment alone', () => {
  expect(linkToken('#token=st_abc-_123')).toBe('st_abc-_123');
  expect(linkToken('#token=')).toBeUndefined();
  expect(linkToken('')).toBeUndefined();
});

it('leads from an id to its page by its prefix, and nowhere from an unknown one', () => {
  expect(thingPath('conn_01jd')).toEqual({ to: '/connections/$id', params: { id: 'conn_01jd' } });
  expect(thingPath('usr_01jd')).toBeUndefined();
  expect(thingPath('nothing')).toBeUndefined();
});

it('shortens an id to what tells it apart', () => {
  expect(shortId('rec_01jd22k3v9qa8m2xz7c5b4n6p0')).toBe('rec_…b4n6p0');
  expect(shortId('rec_short')).toBe('rec_short');
});

it('makes initials of any name', () => {
  expect(['Ada Lovelace', 'Ada', ' Juan Carlos  de Borbón ', '李 小龙', ''].map(initialsOf)).toEqual([
    'AL',
    'A',
    'JB',
    '李小',
    '',
  ]);
});
