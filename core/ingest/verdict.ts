import type { OpenSecret } from './source-secret.ts';

/** A request as it came. */
export interface Incoming {
  method: string;
  /** As the sender knew it: our public address, with path and query. */
  url: string;
  /** Names in lower case; of a header that came twice the values stand with commas between. */
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
}

export type Refusal =
  | 'missing_signature'
  | 'bad_signature'
  | 'missing_timestamp'
  | 'stale_timestamp'
  | 'no_secret'
  | 'no_verifier'
  | 'ip_not_allowed'
  | 'too_large';

export type Verdict = { ok: true; secret: OpenSecret | undefined } | { ok: false; reason: Refusal };
