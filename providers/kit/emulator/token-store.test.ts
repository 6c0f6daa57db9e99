import { expect, test } from 'vitest';
import { TokenStore } from './token-store.ts';

const clock = { now: 0 };
const grant = { clientId: 'c', accountId: 'a', scopes: ['s'], redirectUri: 'https://me.example/cb' };
const store = (rotateRefresh: boolean) =>
  new TokenStore(
    { accessTtlMs: 1000, codeTtlMs: 1000, rotateRefresh, length: 64 },
    () => new Date(clock.now),
    () => undefined,
  );

function connected(tokens: TokenStore) {
  const pair = tokens.redeemCode({ ...grant, code: tokens.issueCode(grant) });
  if (typeof pair === 'string') throw new Error(pair);
  return pair;
}

test('where refresh tokens rotate, the one that was used is good no more', () => {
  const tokens = store(true);
  const first = connected(tokens);
  const second = tokens.refresh(first.refreshToken, 'c');
  expect(second?.refreshToken).not.toBe(first.refreshToken);
  expect(tokens.refresh(first.refreshToken, 'c')).toBeUndefined();
  expect(tokens.refresh(second?.refreshToken ?? '', 'c')).toBeDefined();
  const kept = store(false);
  const pair = connected(kept);
  expect(kept.refresh(pair.refreshToken, 'c')?.refreshToken).toBe(pair.refreshToken);
});

test('a code used twice ends the grant that came of it', () => {
  const tokens = store(false);
  const code = tokens.issueCode(grant);
  const pair = tokens.redeemCode({ ...grant, code });
  if (typeof pair === 'string') throw new Error(pair);
  expect(tokens.redeemCode({ ...grant, code })).toBe('used_code');
  expect(tokens.find(pair.accessToken, 'access')).toBeUndefined();
  expect(tokens.refresh(pair.refreshToken, 'c')).toBeUndefined();
});

test('a code belongs to its client and its redirect URI', () => {
  const tokens = store(false);
  const code = tokens.issueCode(grant);
  expect(tokens.redeemCode({ ...grant, code, clientId: 'other' })).toBe('unknown_code');
  expect(tokens.redeemCode({ ...grant, code, redirectUri: 'https://evil.example' })).toBe(
    'redirect_mismatch',
  );
});

test('access expires by the clock or by order; a snapshot keeps what is good, and a list masks it', () => {
  const tokens = store(false);
  const pair = connected(tokens);
  const restored = store(false);
  restored.restore(JSON.parse(JSON.stringify(tokens.snapshot())) as ReturnType<TokenStore['snapshot']>);
  expect(restored.find(pair.accessToken, 'access')?.grant.accountId).toBe('a');
  expect(JSON.stringify(restored.list())).not.toContain(pair.accessToken);
  expect(restored.expireAccess()).toBe(1);
  expect(restored.find(pair.accessToken, 'access')).toBeUndefined();
  expect(restored.knows(pair.accessToken)).toBe(true);
  clock.now += 1000;
  expect(tokens.find(pair.accessToken, 'access')).toBeUndefined();
  expect(tokens.refresh(pair.refreshToken, 'c')).toBeDefined();
});

test('where there are no refresh tokens, a token buys another; each has its own lifetime', () => {
  clock.now = 0;
  const options = {
    accessTtlMs: 60_000,
    codeTtlMs: 1000,
    rotateRefresh: false,
    refreshTokens: false,
    length: 64,
  };
  const tokens = new TokenStore(
    options,
    () => new Date(clock.now),
    () => undefined,
  );
  const short = tokens.redeemCode({ ...grant, code: tokens.issueCode(grant), accessTtlMs: 1000 });
  if (typeof short === 'string') throw new Error(short);
  const long = tokens.issueAccess(short.grant);
  expect([short.refreshToken, short.expiresIn, long.expiresIn]).toEqual(['', 1, 60]);
  expect(tokens.list()[0]?.tokens.map((one) => one.kind)).toEqual(['access', 'access']);
  clock.now = 1000;
  expect(tokens.find(short.accessToken, 'access')).toBeUndefined();
  expect(tokens.find(long.accessToken, 'access')).toBeDefined();
  tokens.revokeGrant(short.grant.id);
  expect(tokens.find(long.accessToken, 'access')).toBeUndefined();
});

test('a refresh token that lapses tells when, and is good no more then; a rotation begins its life anew', () => {
  clock.now = 0;
  const tokens = new TokenStore(
    { accessTtlMs: 1000, codeTtlMs: 1000, rotateRefresh: true, refreshTtlMs: 5000, length: 64 },
    () => new Date(clock.now),
    () => undefined,
  );
  const first = connected(tokens);
  expect(first.refreshExpiresIn).toBe(5);
  clock.now = 4000;
  const second = tokens.refresh(first.refreshToken, 'c');
  expect(second?.refreshExpiresIn).toBe(5);
  clock.now = 9000;
  expect(tokens.refresh(second?.refreshToken ?? '', 'c')).toBeUndefined();
});
