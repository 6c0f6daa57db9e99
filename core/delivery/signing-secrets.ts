import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import type { Tx } from '@mortise/platform/database';
import type { Vault } from '../vault/index.ts';

const prefix = 'whsec_';
/** Within the 24 to 64 bytes that Standard Webhooks asks for, and as many as HMAC-SHA-256 can use. */
const secretBytes = 32;
const mostOpened = 10_000;

/** How long the secret before it signs too after a rotation. */
export const overlapMs = 24 * 3_600_000;

/** A fresh signing secret as its owner sees it, once. */
export function makeSecret(): string {
  return prefix + randomBytes(secretBytes).toString('base64');
}

/** A webhook's secrets as they lie in the database. */
export interface SealedSecrets {
  ids: readonly string[];
  sealed: readonly Buffer[];
}

export interface SigningSecrets {
  seal(tx: Tx, tenantId: string, secretId: string, secret: string): Promise<Buffer>;
  /** The keys to sign with, in the order given. @throws VaultError when one does not open */
  open(tx: Tx, tenantId: string, secrets: SealedSecrets): Promise<readonly KeyObject[]>;
}

/** Opens each secret once a process: a row never changes, so what was opened stays right. */
export function createSigningSecrets(vault: Vault): SigningSecrets {
  const opened = new Map<string, KeyObject>();
  const place = (tenantId: string, row: string) => ({
    tenantId,
    table: 'webhook_secrets',
    row,
    field: 'sealed',
  });

  return {
    seal: (tx, tenantId, secretId, secret) => vault.seal(tx, place(tenantId, secretId), secret),
    async open(tx, tenantId, { ids, sealed }) {
      const keys: KeyObject[] = [];
      for (const [index, id] of ids.entries()) {
        let key = opened.get(id);
        if (key === undefined) {
          const secret = await vault.open(tx, place(tenantId, id), sealed[index] ?? Buffer.alloc(0));
          // A key object: raw bytes would be made into one again for every signature, at ten times the cost of signing.
          key = createSecretKey(secret.slice(prefix.length), 'base64');
          const [oldest] = opened.keys();
          if (opened.size >= mostOpened && oldest !== undefined) opened.delete(oldest);
          opened.set(id, key);
        }
        keys.push(key);
      }
      return keys;
    },
  };
}
