import { timingSafeEqual } from 'node:crypto';

/** Equality of two secrets in time that depends on their length alone. Texts are compared as UTF-8 bytes. */
export function sameSecret(a: string | Uint8Array, b: string | Uint8Array): boolean {
  const [left, right] = [Buffer.from(a as string), Buffer.from(b as string)];
  return left.length === right.length && timingSafeEqual(left, right);
}
