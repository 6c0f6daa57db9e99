import { createPublicKey, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import type { Scheme } from '@mortise/contract';

/** One secret of a source, opened. */
export interface OpenSecret {
  /** Bare. */
  id: string | null;
  /** The account whose deliveries it verifies, bare. */
  connectionId: string | null;
  text: string;
  /** What signatures are checked with; undefined for a text that is no key in its scheme. */
  key: KeyObject | undefined;
  expiresAt: Date | null;
}

const ed25519Head = Buffer.from('302a300506032b6570032100', 'hex');

/** Base64 that decodes to what it says: `Buffer.from` would pass over anything else. */
function bytesOf(text: string): Buffer | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === 0 ? undefined : bytes;
}

/**
 * The key of a secret in its scheme. Standard Webhooks: `whsec_` and base64 is an HMAC key, `whpk_` and base64 the 32
 * bytes of an ed25519 public key (https://github.com/standard-webhooks/standard-webhooks).
 */
export function keyOf(scheme: Scheme, text: string): KeyObject | undefined {
  if (scheme.type === 'hmac') return createSecretKey(Buffer.from(text));
  if (scheme.type !== 'standard') return undefined;
  if (text.startsWith('whpk_')) {
    const bytes = bytesOf(text.slice(5));
    if (bytes?.length !== 32) return undefined;
    return createPublicKey({ key: Buffer.concat([ed25519Head, bytes]), format: 'der', type: 'spki' });
  }
  const bytes = bytesOf(text.replace(/^whsec_/, ''));
  return bytes === undefined ? undefined : createSecretKey(bytes);
}

/** Whether a scheme has a secret at all. */
export function takesSecret(scheme: Scheme): boolean {
  return scheme.type !== 'ip' && scheme.type !== 'none';
}

/** What is wrong with a secret that somebody gave, in words; undefined when nothing is. */
export function faultOf(scheme: Scheme, text: string): string | undefined {
  if (!takesSecret(scheme)) return 'This scheme has no secret.';
  if (!/^[\x20-\x7e]+$/.test(text)) return 'Use visible ASCII characters.';
  if (scheme.type === 'standard' && keyOf(scheme, text) === undefined)
    return 'Use whsec_ and base64, or whpk_ and the base64 of an ed25519 public key.';
  if (scheme.type === 'basic' && !/^[^:]+:.+$/.test(text)) return 'Use user:password.';
  return undefined;
}

/** A fresh secret in the form that its scheme wants. */
export function makeSecret(scheme: Scheme): string {
  if (scheme.type === 'standard') return `whsec_${randomBytes(32).toString('base64')}`;
  const text = randomBytes(32).toString('base64url');
  return scheme.type === 'basic' ? `mortise:${text}` : text;
}
