import type { Exchange, Outgoing } from './outgoing.ts';
import type { ClaimedRow } from './pipeline-store.ts';
import type { Result } from './recorder.ts';
import type { AttemptRow } from './result-store.ts';

/** What is to be logged of an attempt that was made. Pure. */
export function attemptResult(
  item: Outgoing,
  exchange: Exchange,
  about: { outcome: AttemptRow['outcome']; dueAt: Date | undefined; processId: string },
): Result {
  return {
    deliveryId: item.deliveryId,
    attempt: {
      tenant_id: item.tenantId,
      delivery_id: item.deliveryId,
      number: item.number,
      webhook_id: item.target.webhookId,
      outcome: about.outcome,
      status_code: exchange.statusCode,
      error: exchange.skipped ?? exchange.error,
      request_headers: exchange.requestHeaders,
      ...(exchange.requestBody === null ? {} : { request_body: exchange.requestBody }),
      response_headers: exchange.responseHeaders,
      response_body: exchange.responseBody,
      duration_ms: exchange.durationMs,
      started_at: exchange.startedAt,
      next_attempt_at: about.dueAt ?? null,
      process_id: about.processId,
    },
  };
}

/**
 * What ends a claimed delivery that can never be sent: an attempt that says why, without a request. Pure.
 *
 * @param about.outcome skipped where that is as somebody wanted it, and no failure
 */
export function unsendableResult(
  row: ClaimedRow,
  why: string,
  about: { outcome: 'exhausted' | 'skipped'; now: Date; processId: string },
): Result {
  return {
    deliveryId: row.delivery_id,
    attempt: {
      tenant_id: row.tenant_id,
      delivery_id: row.delivery_id,
      number: row.attempt,
      webhook_id: row.webhook_id,
      outcome: about.outcome,
      status_code: null,
      error: why,
      request_headers: {},
      response_headers: null,
      response_body: null,
      duration_ms: 0,
      started_at: about.now,
      next_attempt_at: null,
      process_id: about.processId,
    },
    end: { tenantId: row.tenant_id, deliveryId: row.delivery_id, fence: row.fence },
  };
}
