import { expect, test } from 'vitest';
import { covers, familiesOf, familiesWith, toggle } from './event-choice.ts';

const types = ['contact.created', 'contact.updated', 'connection.created'].map((type) => ({
  type,
  description: '',
}));

test('types stand together by family, in the order they come', () => {
  expect(familiesOf(types).map(({ subscription, types: members }) => [subscription, members.length])).toEqual(
    [
      ['contact.*', 2],
      ['connection.*', 1],
    ],
  );
});

test('a type of several providers stands once, without the words of one of them', () => {
  const [contact] = familiesOf([
    { type: 'contact.created', description: 'At one' },
    { type: 'contact.created', description: 'At another' },
    { type: 'contact.updated', description: 'At one' },
  ]);
  expect(contact?.types).toEqual([
    { type: 'contact.created', description: '' },
    { type: 'contact.updated', description: 'At one' },
  ]);
});

test('a search finds families by name, and single types with their family', () => {
  const found = (words: string) =>
    familiesWith(familiesOf(types), words).map(({ name, types: members }) => [name, members.length]);
  expect(found(' Contact')).toEqual([['contact', 2]]);
  expect(found('created')).toEqual([
    ['contact', 1],
    ['connection', 1],
  ]);
  expect(found('')).toHaveLength(2);
  expect(found('invoice')).toEqual([]);
});

test('a family brings its own types and no others that begin alike', () => {
  expect(covers(['contact.*'], 'contact.updated')).toBe(true);
  expect(covers(['contact.*'], 'contacts.updated')).toBe(false);
  expect(covers(['*'], 'webhook.disabled')).toBe(true);
  expect(covers([], 'contact.updated')).toBe(false);
});

test('choosing a family takes the place of its single types; choosing everything, of all', () => {
  expect(toggle(['contact.created', 'connection.created'], 'contact.*', true)).toEqual([
    'connection.created',
    'contact.*',
  ]);
  expect(toggle(['contact.*', 'connection.created'], '*', true)).toEqual(['*']);
});

test('choosing something narrower ends everything; what is taken out is gone', () => {
  expect(toggle(['*'], 'contact.created', true)).toEqual(['contact.created']);
  expect(toggle(['contact.created', 'contact.updated'], 'contact.created', false)).toEqual([
    'contact.updated',
  ]);
});
