import { createHash, randomBytes } from 'node:crypto';

/** A secret for one link: 256 random bits. Only its hash is kept, so a stolen table opens no link. */
export function newToken(): { token: string; hash: Buffer } {
  const token = randomBytes(32).toString('base64url');
  return { token, hash: hashToken(token) };
}

/** SHA-256: a slow hash protects secrets that can be guessed, and these cannot. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
