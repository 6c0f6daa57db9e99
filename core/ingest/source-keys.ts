import { createHmac, hash, randomBytes } from 'node:crypto';
import type { Tx } from '@mortise/platform/database';
import type { Place, Vault } from '../vault/index.ts';

/** 32 random bytes: nobody comes upon one by trying. */
export const makeToken = (): string => randomBytes(32).toString('base64url');

export const isToken = (text: string): boolean => /^[A-Za-z0-9_-]{43}$/.test(text);

export const tokenHash = (token: string): Buffer => hash('sha256', token, 'buffer');

/** What is entered at a provider for its set-up handshake. It follows from the URL's token, so it needs no keeping. */
export const verifyTokenOf = (token: string): string =>
  createHmac('sha256', token).update('verify token').digest('base64url').slice(0, 32);

const tokenPlace = (tenantId: string, row: string): Place => ({
  tenantId,
  table: 'sources',
  row,
  field: 'token_sealed',
});

const secretPlace = (tenantId: string, row: string): Place => ({
  tenantId,
  table: 'source_secrets',
  row,
  field: 'sealed',
});

/** @param sourceId bare */
export const sealToken = (tx: Tx, vault: Vault, tenantId: string, sourceId: string, token: string) =>
  vault.seal(tx, tokenPlace(tenantId, sourceId), token);

export const openToken = (tx: Tx, vault: Vault, tenantId: string, sourceId: string, sealed: Buffer) =>
  vault.open(tx, tokenPlace(tenantId, sourceId), sealed);

/** @param secretId bare */
export const sealSecret = (tx: Tx, vault: Vault, tenantId: string, secretId: string, secret: string) =>
  vault.seal(tx, secretPlace(tenantId, secretId), secret);

export const openSecret = (tx: Tx, vault: Vault, tenantId: string, secretId: string, sealed: Buffer) =>
  vault.open(tx, secretPlace(tenantId, secretId), sealed);
