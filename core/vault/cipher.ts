import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  randomBytes,
  type KeyObject,
} from 'node:crypto';

const algorithm = 'aes-256-gcm';
const ivLength = 12;
// Always stated: without it OpenSSL accepts a tag that an attacker has cut to four bytes.
const authTagLength = 16;

/** A 256-bit key with the name under which what it sealed is found again. */
export interface NamedKey {
  id: string;
  key: KeyObject;
}

/** Wraps raw key bytes. A KeyObject, because a raw Buffer is parsed anew on every use, which is four times slower. */
export function toKey(raw: Uint8Array): KeyObject {
  if (raw.length !== 32) throw new TypeError('A key has 32 bytes');
  return createSecretKey(raw);
}

/** The name of a master key: a digest, so that two installations with one key agree and the key stays unknown. */
export function masterKey(raw: Uint8Array): NamedKey {
  const id = createHash('sha256').update('mortise master key').update(raw).digest('hex').slice(0, 16);
  return { id, key: toKey(raw) };
}

/**
 * Encrypts and authenticates: AES-256-GCM (NIST SP 800-38D) under a fresh random 96-bit IV.
 *
 * @param aad what the ciphertext belongs to: it does not open anywhere else
 * @returns IV, ciphertext and tag, in this order
 */
export function encrypt(key: KeyObject, plaintext: Uint8Array, aad: Uint8Array): Buffer {
  const iv = randomBytes(ivLength);
  const cipher = createCipheriv(algorithm, key, iv, { authTagLength });
  cipher.setAAD(aad);
  return Buffer.concat([iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/**
 * @param sealed what `encrypt` returned
 * @throws Error when a single bit of it, of the AAD or of the key differs
 */
export function decrypt(key: KeyObject, sealed: Uint8Array, aad: Uint8Array): Buffer {
  if (sealed.length < ivLength + authTagLength) throw new Error('The ciphertext is too short');
  const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, ivLength), { authTagLength });
  decipher.setAAD(aad);
  decipher.setAuthTag(sealed.subarray(sealed.length - authTagLength));
  return Buffer.concat([
    decipher.update(sealed.subarray(ivLength, sealed.length - authTagLength)),
    decipher.final(),
  ]);
}
