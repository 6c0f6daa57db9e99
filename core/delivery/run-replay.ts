import type { Database, Tx } from '@mortise/platform/database';
import { idFloor, newId, publicId, type Clock, type Hints } from '../kernel/index.ts';
import { awaitWriters } from './await-writers.ts';
import { bodyObject } from './build-body.ts';
import { compileFilter } from './compile-filter.ts';
import { consentKeyOf } from './consent-gate.ts';
import { judgeReplay } from './judge-replay.ts';
import { isWanted, matchesType } from './match-subscription.ts';
import { orderKey } from './order-key.ts';
import { keepErasing } from './queue-store.ts';
import {
  endReplay,
  lockRunningReplay,
  moveReplay,
  queueReplayed,
  readEventCandidates,
  readFailedCandidates,
  type QueuedAgain,
} from './replay-store.ts';
import { settingsOf, lockWebhook } from './webhook-store.ts';

export interface ReplayDeps {
  db: Database;
  clock: Clock;
  hints: Hints;
  /** Told that something was queued. */
  wake: () => void;
  /**
   * How long the walk of a span that reaches into the future stays behind the present, in milliseconds: of what is
   * younger most is not committed yet.
   */
  settleMs?: number;
}

export interface ReplayPayload {
  tenantId: string;
  replayId: string;
}

const chunkSize = 500;
/** How far ahead of its due time a delivery is put into the queue. */
const aheadMs = 10_000;
const defaultSettleMs = 2_000;

/**
 * Walks a replay's span of the log, a chunk a transaction: what a chunk puts into the queue and how far the walk has
 * come commit together, so it may stop at any line and be run again, in any process. The pace is kept by the times at
 * which deliveries are due; the walk stays some seconds ahead of them and never fills the queue with more.
 *
 * @returns when to go on; undefined when it is over
 */
export async function runReplay(
  deps: ReplayDeps,
  { tenantId, replayId }: ReplayPayload,
  signal: AbortSignal,
): Promise<Date | undefined> {
  for (;;) {
    signal.throwIfAborted();
    const goOn = await deps.db.tenant(tenantId, (tx) => walkChunk(tx, deps, tenantId, replayId));
    if (goOn !== 'now') return goOn;
  }
}

async function walkChunk(
  tx: Tx,
  deps: ReplayDeps,
  tenantId: string,
  replayId: string,
): Promise<'now' | Date | undefined> {
  const now = deps.clock.now();
  const replay = await lockRunningReplay(tx, tenantId, replayId);
  if (replay === undefined) return undefined;
  tx.afterCommit(() => {
    deps.hints.publish(tenantId, { kind: 'replay', id: publicId('replay', replayId) });
    deps.wake();
  });
  const webhook = await lockWebhook(tx, tenantId, replay.webhook_id);
  if (webhook === undefined) {
    await endReplay(tx, tenantId, replayId, { status: 'failed', reason: 'The webhook was deleted.', now });
    return undefined;
  }
  // What has failed was bound for it: no event can appear of which it lacks the delivery.
  const lookAt = replay.what === 'failed' ? undefined : await awaitWriters(tx, tenantId, replay, now);
  if (lookAt !== undefined) return lookAt;
  const aheadOf = new Date(replay.next_at.getTime() - aheadMs);
  if (aheadOf > now) return aheadOf;

  const settled = new Date(now.getTime() - (deps.settleMs ?? defaultSettleMs));
  const isLast = settled >= replay.to_at;
  const walk = {
    webhookId: replay.webhook_id,
    after: replay.cursor_id,
    below: idFloor(isLast ? replay.to_at : settled),
    limit: chunkSize,
  };
  const candidates =
    replay.what === 'failed'
      ? await readFailedCandidates(tx, tenantId, walk)
      : await readEventCandidates(tx, tenantId, walk);

  const settings = settingsOf(webhook);
  const filter = settings.filter === null ? undefined : compileFilter(settings.filter);
  const subscription = { id: publicId('webhook', webhook.id), events: webhook.events, filter };
  const rows: QueuedAgain[] = [];
  let nextMs = Math.max(replay.next_at.getTime(), now.getTime());
  for (const candidate of candidates) {
    const { event_id: eventId } = candidate;
    if (eventId === null) continue;
    if (replay.event_types?.some((type) => matchesType(type, candidate.type)) === false) continue;
    const body = bodyObject({
      ...candidate,
      id: publicId('event', eventId),
      occurredAt: candidate.occurred_at,
    });
    const { delivery_id: deliveryId, is_queued: isQueued, outcome } = candidate;
    const verdict = judgeReplay(replay.what, {
      wanted: isWanted(subscription, candidate, () => body),
      delivery: deliveryId === null ? undefined : { isQueued, outcome },
    });
    if (verdict === 'pass') continue;
    rows.push({
      deliveryId: deliveryId ?? newId(),
      newOfEvent: verdict === 'make' ? eventId : null,
      attempt: candidate.attempts + 1,
      dueAt: new Date(nextMs),
      consentKey: consentKeyOf(settings, body),
      orderKey: orderKey(settings.orderBy, body),
    });
    nextMs += 1_000 / replay.per_second;
  }
  await keepErasing(
    tx,
    tenantId,
    webhook.id,
    rows.map((row) => row.deliveryId),
  );
  const lane = webhook.status === 'active' ? 'retry' : 'held';
  const queued =
    rows.length === 0
      ? 0
      : await queueReplayed(tx, tenantId, { id: replayId, webhookId: webhook.id, lane }, rows);
  const last = candidates.at(-1);
  await moveReplay(tx, tenantId, replayId, {
    cursorId: last?.id ?? replay.cursor_id,
    looked: candidates.length,
    queued,
    nextAt: new Date(nextMs),
    now,
  });
  if (candidates.length === chunkSize) return 'now';
  if (!isLast) return new Date(replay.to_at.getTime() + (deps.settleMs ?? defaultSettleMs));
  await endReplay(tx, tenantId, replayId, { status: 'done', reason: null, now });
  return undefined;
}
