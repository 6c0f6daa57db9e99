import { expect, it } from 'vitest';
import { chooseAccount } from './last-account.ts';

const gone = { id: 'conn_gone', status: 'disconnected' } as const;
const first = { id: 'conn_first', status: 'connected' } as const;
const second = { id: 'conn_second', status: 'needs_reconnect' } as const;
const all = [gone, first, second];

it('the account of the address goes before the remembered one, and that before the first in use', () => {
  expect(chooseAccount(all, 'conn_second', 'conn_gone')).toBe(second);
  expect(chooseAccount(all, undefined, 'conn_second')).toBe(second);
  expect(chooseAccount(all, undefined, undefined)).toBe(first);
});

it('an account that is not of this integration is passed over', () => {
  expect(chooseAccount(all, 'conn_other', 'conn_elsewhere')).toBe(first);
  expect(chooseAccount([gone], 'conn_other', undefined)).toBe(gone);
  expect(chooseAccount([], 'conn_other', 'conn_first')).toBeUndefined();
});
