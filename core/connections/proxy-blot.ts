import { pipeline, Transform, type TransformCallback } from 'node:stream';
import type { Credential, OAuthClient } from '@mortise/providers/kit';
import type { ProviderAnswer } from './caller.ts';
import { secretsOf } from './without-secrets.ts';

const instead = Buffer.from('[secret]');

/**
 * Blots secrets out of bytes that pass through: some providers repeat the token they were given, in the link to the
 * next page for one. Bytes are held back only while they may be the beginning of a secret, so that a live stream stays
 * live.
 */
export class SecretBlot extends Transform {
  readonly #secrets: readonly Buffer[];
  #held: Buffer = Buffer.alloc(0);

  /** @param secrets not empty each; their URL-encoded and JSON-escaped spellings are blotted out too */
  constructor(secrets: readonly string[]) {
    super();
    const spellings = secrets.flatMap((one) => [one, encodeURIComponent(one), one.replaceAll('/', '\\/')]);
    // The longest first: of two that begin at one place, the longer is the whole of it.
    this.#secrets = [...new Set(spellings)]
      .toSorted((a, b) => b.length - a.length)
      .map((one) => Buffer.from(one));
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    let data = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    for (let found = this.#first(data); found !== undefined; found = this.#first(data)) {
      this.push(data.subarray(0, found.at));
      this.push(instead);
      data = data.subarray(found.at + found.length);
    }
    const keep = this.#beginning(data);
    if (keep < data.length) this.push(data.subarray(0, data.length - keep));
    this.#held = data.subarray(data.length - keep);
    done();
  }

  override _flush(done: TransformCallback): void {
    done(null, this.#held);
  }

  #first(data: Buffer): { at: number; length: number } | undefined {
    let first: { at: number; length: number } | undefined;
    for (const secret of this.#secrets) {
      const at = data.indexOf(secret);
      if (at !== -1 && (first === undefined || at < first.at)) first = { at, length: secret.length };
    }
    return first;
  }

  /** How many bytes at the end are the beginning of a secret. */
  #beginning(data: Buffer): number {
    let most = 0;
    for (const secret of this.#secrets) {
      for (let size = Math.min(secret.length - 1, data.length); size > most; size--) {
        if (data.compare(secret, 0, size, data.length - size) === 0) {
          most = size;
          break;
        }
      }
    }
    return most;
  }
}

/** An answer with the credential that it was asked for with blotted out, in headers and body. */
export function blotted(
  answer: ProviderAnswer,
  credential: Credential,
  client: OAuthClient | undefined,
): ProviderAnswer {
  const secrets = secretsOf(credential, client);
  const clean = (text: string) =>
    secrets
      .flatMap((secret) => [secret, encodeURIComponent(secret)])
      .reduce((left, secret) => left.replaceAll(secret, '[secret]'), text);
  const headers = Object.fromEntries(
    Object.entries(answer.headers).map(([name, text]) => [name, clean(text)]),
  );
  if (secrets.length === 0) return { ...answer, headers };
  const body = new SecretBlot(secrets);
  // Either end that breaks takes the other along; who reads the body is told why.
  body.on('error', () => {});
  pipeline(answer.body, body, () => {});
  return { status: answer.status, headers, body };
}
