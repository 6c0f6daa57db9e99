/**
 * The token of a one-time link. It stands in the fragment (`/setup#token=…`), which browsers send to nobody, so
 * that it is in no log of any server or proxy. @returns undefined when the link carries none
 */
export function linkToken(hash: string): string | undefined {
  const token = new URLSearchParams(hash.replace(/^#/, '')).get('token')?.trim();
  return token === undefined || token === '' ? undefined : token;
}
