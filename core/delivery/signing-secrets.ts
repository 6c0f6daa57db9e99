import {
  createPrivateKey,
  createSecretKey,
  generateKeyPairSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto';
import type { WebhookSettings } from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';
import { newId } from '../kernel/index.ts';
import type { Vault } from '../vault/index.ts';
import { insertSecret } from './secret-store.ts';

const [sharedPrefix, privatePrefix, publicPrefix] = ['whsec_', 'whsk_', 'whpk_'];
/** Within the 24 to 64 bytes that Standard Webhooks asks for, and as many as HMAC-SHA-256 can use. */
const secretBytes = 32;
const mostOpened = 10_000;

/** How long the secret before it signs too after a rotation. */
export const overlapMs = 24 * 3_600_000;

/** A fresh signing key. */
interface FreshKey {
  /** To be sealed: `whsec_…` or `whsk_…`. */
  secret: string;
  /** `whpk_…`, what receivers verify with; null where they need the secret itself. */
  publicKey: string | null;
}

/** Makes a signing key, serialised as Standard Webhooks has it; a private key as its seed and its public half. */
function makeKey(kind: WebhookSettings['signing']): FreshKey {
  if (kind === 'hmac')
    return { secret: sharedPrefix + randomBytes(secretBytes).toString('base64'), publicKey: null };
  const { d = '', x = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const [seed, open] = [Buffer.from(d, 'base64url'), Buffer.from(x, 'base64url')];
  return {
    secret: privatePrefix + Buffer.concat([seed, open]).toString('base64'),
    publicKey: publicPrefix + open.toString('base64'),
  };
}

/** A key object: raw bytes would be made into one again for every signature, at ten times the cost of signing. */
function keyOf(secret: string): KeyObject {
  if (!secret.startsWith(privatePrefix)) return createSecretKey(secret.slice(sharedPrefix.length), 'base64');
  const bytes = Buffer.from(secret.slice(privatePrefix.length), 'base64');
  const [d, x] = [bytes.subarray(0, 32).toString('base64url'), bytes.subarray(32).toString('base64url')];
  return createPrivateKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', d, x } });
}

/** A webhook's secrets as they lie in the database. */
export interface SealedSecrets {
  ids: readonly string[];
  sealed: readonly Buffer[];
}

export interface SigningSecrets {
  /**
   * Makes a key for a webhook, beside those that it has.
   *
   * @returns what its owner is shown: the public key, or the secret itself where both sides need it
   */
  add(tx: Tx, tenantId: string, webhookId: string, kind: WebhookSettings['signing']): Promise<string>;
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
    async add(tx, tenantId, webhookId, kind) {
      const [id, { secret, publicKey }] = [newId(), makeKey(kind)];
      const sealed = await vault.seal(tx, place(tenantId, id), secret);
      await insertSecret(tx, tenantId, { id, webhookId, sealed, publicKey });
      return publicKey ?? secret;
    },
    async open(tx, tenantId, { ids, sealed }) {
      const keys: KeyObject[] = [];
      for (const [index, id] of ids.entries()) {
        let key = opened.get(id);
        if (key === undefined) {
          const secret = await vault.open(tx, place(tenantId, id), sealed[index] ?? Buffer.alloc(0));
          key = keyOf(secret);
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
