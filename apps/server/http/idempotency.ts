import { createHash } from 'node:crypto';
import { MortiseError } from '@mortise/core/kernel';
import type { Vault } from '@mortise/core/vault';
import type { Tx } from '@mortise/platform/database';
import { nilId } from './auth.ts';

/** An answer as it is kept and given again. */
export interface KeptAnswer {
  status: number;
  headers: Record<string, string | string[]>;
  body: unknown;
}

interface Row extends Record<string, unknown> {
  fingerprint: Buffer;
  status: number;
  headers: Record<string, string | string[]>;
  response: Buffer | null;
}

/**
 * Runs a create once a key (draft-ietf-httpapi-idempotency-key-header). The answer is kept in the transaction of what
 * was created, so that there is no moment at which one is there without the other: a retry after a crash either finds
 * the answer or nothing at all, and then creates.
 *
 * @param request.key the header's value; undefined runs `act` without keeping anything
 * @param request.fingerprint what the request was; another one under the same key is refused
 * @throws MortiseError invalid_idempotency_key, idempotency_in_flight or idempotency_mismatch
 */
export async function once(
  tx: Tx,
  vault: Vault,
  request: { tenantId: string; key: string | undefined; fingerprint: string },
  act: () => Promise<KeptAnswer>,
): Promise<KeptAnswer> {
  const { tenantId, key } = request;
  if (key === undefined) return act();
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new MortiseError('invalid_idempotency_key', {
      detail: 'Use 1 to 255 visible ASCII characters, such as a UUID.',
    });
  }
  const [lock] = await tx.query<{ free: boolean }>(
    'select pg_try_advisory_xact_lock(hashtextextended($1, 7)) as free',
    [`${tenantId}/${key}`],
  );
  if (lock?.free !== true) {
    throw new MortiseError('idempotency_in_flight', {
      detail: 'Wait for its answer, then send this again.',
      retryAfterSeconds: 1,
    });
  }
  const fingerprint = createHash('sha256').update(request.fingerprint).digest();
  const place = { tenantId, table: 'idempotency_keys', row: key, field: 'response' };
  const [kept] = await tx.query<Row>(
    'select fingerprint, status, headers, response from idempotency_keys where tenant_id = $1 and key = $2',
    [tenantId, key],
  );
  if (kept !== undefined) {
    if (!kept.fingerprint.equals(fingerprint)) {
      throw new MortiseError('idempotency_mismatch', { detail: 'Use a new key for a new request.' });
    }
    const text =
      kept.response === null
        ? 'null'
        : tenantId === nilId
          ? kept.response.toString()
          : await vault.open(tx, place, kept.response);
    return {
      status: kept.status,
      headers: { ...kept.headers, 'idempotency-replayed': 'true' },
      body: JSON.parse(text),
    };
  }
  const answer = await act();
  const text = JSON.stringify(answer.body ?? null);
  const response = tenantId === nilId ? Buffer.from(text) : await vault.seal(tx, place, text);
  await tx.query(
    'insert into idempotency_keys (tenant_id, key, fingerprint, status, headers, response) values ($1, $2, $3, $4, $5, $6)',
    [tenantId, key, fingerprint, answer.status, JSON.stringify(answer.headers), response],
  );
  return answer;
}
