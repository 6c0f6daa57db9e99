import type { Clock } from '../kernel/index.ts';
import type { CircuitChange } from './circuit-store.ts';
import type { Circuits } from './circuits.ts';
import { openAgain } from './judge-circuit.ts';
import { judgeExchange, type Verdict } from './judge-exchange.ts';
import { judgeSetback } from './judge-setback.ts';
import type { Exchange, Outgoing } from './outgoing.ts';
import { consentKeyOfOutgoing } from './outgoing-consent.ts';
import type { Result } from './recorder.ts';
import { attemptResult } from './results.ts';

export interface ConclusionDeps {
  circuits: Circuits;
  clock: Clock;
  /** The process that made the attempt; it changes when the process was taken for gone. */
  processId: () => string;
  /** Whether somebody else may have put a delivery into the queue while it was in flight here. */
  isOrphaned: (deliveryId: string) => boolean;
  /** Sends nothing more to the item's webhook for so many milliseconds. */
  rest: (item: Outgoing, ms: number) => void;
}

/** Turns what came of sends into what is written of them, and tells the circuits. */
export function createConclusions({ circuits, clock, processId, isOrphaned, rest }: ConclusionDeps) {
  /** Tells the circuit what came of a request. An endpoint that asks for less works. */
  function reportToCircuit(item: Outgoing, exchange: Exchange, outcome: string, now: Date) {
    const at = now.getTime();
    const works = outcome === 'delivered' || exchange.statusCode === 429;
    return circuits.report(
      item.target.webhookId,
      works
        ? { kind: 'success', at }
        : { kind: 'failure', at, reason: exchange.error ?? '', probe: item.probe },
    );
  }

  /** A probe that was not made after all leaves the circuit as it was. */
  function withdrawProbe({ tenantId, target: { webhookId } }: Outgoing): CircuitChange {
    const circuit = openAgain(circuits.of(webhookId), clock.now().getTime());
    circuits.adopt(webhookId, circuit);
    return { tenantId, webhookId, circuit };
  }

  /** Puts what has not been sent back into the queue: the same attempt is to be made. */
  function putBack(item: Outgoing, dueAt: Date, setbacks: number): Result {
    const { tenantId, deliveryId, number: attempt, lane, fence } = item;
    const { webhookId } = item.target;
    const consentKey = consentKeyOfOutgoing(item);
    return {
      deliveryId,
      wait: { tenantId, deliveryId, webhookId, attempt, dueAt, lane, fence, consentKey, setbacks },
      ...(item.probe ? { circuit: withdrawProbe(item) } : {}),
    };
  }

  return {
    /** What is to be written of an attempt; of one that trouble of our own kept from being made, for a while, nothing. */
    ofAttempt(item: Outgoing, exchange: Exchange): Result {
      const now = clock.now();
      const backMs = exchange.fault === 'ours' ? judgeSetback(item.setbacks) : undefined;
      if (backMs !== undefined) return putBack(item, new Date(now.getTime() + backMs), item.setbacks + 1);
      const { webhookId, settings } = item.target;
      const skipped = exchange.skipped !== undefined;
      const verdict: Omit<Verdict, 'outcome'> & { outcome: Verdict['outcome'] | 'skipped' } = skipped
        ? { outcome: 'skipped' }
        : judgeExchange({ ...exchange, number: item.number }, settings.retry, now);
      if (verdict.restMs !== undefined) rest(item, verdict.restMs);
      const isAboutEndpoint = !skipped && exchange.fault === undefined;
      const circuit = isAboutEndpoint ? reportToCircuit(item, exchange, verdict.outcome, now) : undefined;
      const disable = verdict.disable ?? circuit?.disable;
      const dueAt = verdict.delayMs === undefined ? undefined : new Date(now.getTime() + verdict.delayMs);
      const place = { tenantId: item.tenantId, deliveryId: item.deliveryId, fence: item.fence };
      const result = attemptResult(item, exchange, {
        outcome: verdict.outcome,
        dueAt,
        processId: processId(),
      });
      if (dueAt !== undefined) {
        const consentKey = consentKeyOfOutgoing(item);
        const next = { attempt: item.number + 1, dueAt, lane: 'retry' as const, setbacks: 0 };
        result.wait = { ...place, ...next, webhookId, consentKey };
      } else if (item.fence > 0 || isOrphaned(item.deliveryId)) result.end = place;
      if (circuit?.changed === true)
        result.circuit = { tenantId: item.tenantId, webhookId, circuit: circuit.circuit };
      else if (!isAboutEndpoint && item.probe) result.circuit = withdrawProbe(item);
      if (disable !== undefined)
        result.disable = { tenantId: item.tenantId, webhookId, traceId: item.traceId, reason: disable };
      return result;
    },

    /** What has not been sent goes back into the queue, due at once. */
    ofUnsent: (item: Outgoing): Result => putBack(item, clock.now(), item.setbacks),
  };
}
