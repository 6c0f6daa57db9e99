import { createPrivateKey, X509Certificate } from 'node:crypto';

const pemBlock = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The certificates of a PEM text, in order; undefined when it holds none, or one that cannot be read. */
function readChain(pem: string): X509Certificate[] | undefined {
  const blocks = pem.match(pemBlock) ?? [];
  try {
    return blocks.length === 0 ? undefined : blocks.map((block) => new X509Certificate(block));
  } catch {
    return undefined;
  }
}

/** When a certificate ends; undefined when it cannot be read. */
export function certificateEnd(pem: string): Date | undefined {
  return readChain(pem)?.[0]?.validToDate;
}

/**
 * Judges a client certificate before it is kept: readable, the leaf first, not over, and of this key.
 *
 * @param given.key PEM, without a passphrase
 * @returns what is wrong and with which part; undefined when it can be used
 */
export function judgeCertificate(
  given: { certificate: string; ca: string | undefined; key: string },
  now: Date,
): { part: 'certificate' | 'ca' | 'key'; message: string } | undefined {
  const leaf = readChain(given.certificate)?.[0];
  if (leaf === undefined)
    return { part: 'certificate', message: 'must be certificates in PEM, the leaf first' };
  if (leaf.validToDate <= now)
    return { part: 'certificate', message: `ended on ${leaf.validToDate.toISOString()}` };
  if (given.ca !== undefined && readChain(given.ca) === undefined)
    return { part: 'ca', message: 'must be certificates in PEM' };
  let matches: boolean;
  try {
    matches = leaf.checkPrivateKey(createPrivateKey(given.key));
  } catch {
    return { part: 'key', message: 'must be a private key in PEM, without a passphrase' };
  }
  return matches ? undefined : { part: 'key', message: 'is not the private key of the certificate' };
}
