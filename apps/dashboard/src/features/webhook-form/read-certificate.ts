export interface CertificateFacts {
  /** Its common name, else its organisation; undefined when it has neither. */
  subject: string | undefined;
  endsAt: Date;
}

interface Element {
  tag: number;
  body: Uint8Array;
}

/** Names in a subject, by the last byte of their object identifier: 2.5.4.3 and 2.5.4.10. */
const commonName = 3;
const organisation = 10;

/**
 * Who a certificate is of and when it ends, from PEM: the first of a chain (RFC 5280, section 4.1, in DER).
 * Only what is shown to whoever pastes one: nothing is verified. @returns undefined when it cannot be read
 */
export function readCertificate(pem: string): CertificateFacts | undefined {
  const base64 = /-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/.exec(pem)?.[1];
  if (base64 === undefined) return undefined;
  try {
    const der = Uint8Array.from(atob(base64.replaceAll(/\s/g, '')), (letter) => letter.charCodeAt(0));
    const [certificate] = elementsOf(der);
    const [signed] = elementsOf(certificate?.body);
    const fields = elementsOf(signed?.body);
    // The version is left out in certificates of the first one.
    const [, , , validity, subject] = fields[0]?.tag === 0xa0 ? fields.slice(1) : fields;
    const [, end] = elementsOf(validity?.body);
    const endsAt = end && timeOf(end);
    return endsAt === undefined || Number.isNaN(endsAt.getTime())
      ? undefined
      : { subject: nameIn(subject, commonName) ?? nameIn(subject, organisation), endsAt };
  } catch {
    return undefined;
  }
}

/** What stands one after the other in DER (X.690, 8.1). @throws {RangeError} where it is cut off */
function elementsOf(bytes: Uint8Array = new Uint8Array()): Element[] {
  const found: Element[] = [];
  let at = 0;
  const next = () => {
    const byte = bytes[at++];
    if (byte === undefined) throw new RangeError('cut off');
    return byte;
  };
  while (at < bytes.length) {
    const tag = next();
    let length = next();
    if (length > 0x80) {
      let more = length - 0x80;
      for (length = 0; more > 0; more -= 1) length = length * 256 + next();
    }
    if (at + length > bytes.length) throw new RangeError('cut off');
    found.push({ tag, body: bytes.subarray(at, at + length) });
    at += length;
  }
  return found;
}

/** A name of a subject by the attribute's type. */
function nameIn(subject: Element | undefined, type: number): string | undefined {
  for (const set of elementsOf(subject?.body)) {
    for (const pair of elementsOf(set.body)) {
      const [oid, value] = elementsOf(pair.body);
      if (oid?.body.length === 3 && oid.body[0] === 0x55 && oid.body[1] === 0x04 && oid.body[2] === type)
        return new TextDecoder().decode(value?.body);
    }
  }
  return undefined;
}

/** UTCTime `YYMMDDhhmmssZ` or GeneralizedTime `YYYYMMDDhhmmssZ` (RFC 5280, section 4.1.2.5). */
function timeOf({ tag, body }: Element): Date {
  const text = new TextDecoder().decode(body);
  const isShort = tag === 0x17;
  const short = Number(text.slice(0, 2));
  const year = isShort ? (short < 50 ? 2000 + short : 1900 + short) : Number(text.slice(0, 4));
  const [month, day, hour, minute, second] = (text.slice(isShort ? 2 : 4).match(/\d\d/g) ?? []).map(Number);
  return new Date(Date.UTC(year, (month ?? 0) - 1, day, hour, minute, second));
}
