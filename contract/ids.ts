import { z } from 'zod';

/**
 * Every kind of thing with an id of its own, and the prefix that id carries in the API, in logs and in the UI.
 * The database stores the bare UUID (version 7, so that ids sort by creation); the prefix is there so that a
 * person and a program can tell at a glance what an id names, and a wrong one is refused before any look-up.
 */
export const idPrefixes = {
  tenant: 'ten',
  user: 'usr',
  member: 'mem',
  invitation: 'inv',
  integration: 'int',
  connection: 'conn',
  proxyCall: 'call',
  sync: 'syn',
  run: 'run',
  record: 'rec',
  event: 'evt',
  eventType: 'ety',
  erasure: 'ers',
  webhook: 'whk',
  delivery: 'dlv',
  replay: 'rpl',
  source: 'src',
  receipt: 'rcp',
  receiptReplay: 'rrp',
  audit: 'aud',
  purpose: 'pur',
  consent: 'cns',
  ledgerEntry: 'led',
} as const;

export type IdKind = keyof typeof idPrefixes;

/** Crockford base 32 without padding: 26 characters hold the 128 bits of a UUID, in the same order. */
export const idAlphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** A schema that accepts only well-formed ids of one kind, such as `conn_01jd…`. */
export function idSchema(kind: IdKind) {
  const prefix = idPrefixes[kind];
  return z
    .string()
    .regex(new RegExp(`^${prefix}_[0-7][${idAlphabet}]{25}$`), `must be an id that starts with ${prefix}_`)
    .meta({ description: `Id of the ${kind}, with the prefix ${prefix}_` });
}
