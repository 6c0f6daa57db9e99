import type { PermitAsk, PermitGrant } from './permit-store.ts';
import { permitLifeMs, type RateLimit } from './rate-window.ts';

/** The permits that a process holds for one webhook. */
export interface Held {
  count: number;
  /** Until when they are good, in `performance.now()` milliseconds, as the next. */
  goodUntil: number;
  /** Asking before is in vain. */
  askAt: number;
}

export const noPermits = (): Held => ({ count: 0, goodUntil: 0, askAt: 0 });

interface Want {
  ask: PermitAsk;
  held: Held;
}

export interface PermitsOptions {
  lease: (asks: readonly PermitAsk[]) => Promise<PermitGrant[]>;
  /** Told that a webhook has permits again. */
  ready: (webhookId: string) => void;
}

const gatherMs = 25;
const failedPauseMs = 500;

/**
 * Permits to send under rate limits that all processes share. They are taken from the database some at a time, for
 * all webhooks that want some in one transaction, a few dozen times a second at most, and are good for a tenth of the
 * limit's span; what is not used by then is lost, which errs to the slow side. The record of what was given out
 * outlives every process: the limit holds through restarts and crashes.
 */
export class Permits {
  readonly #options: PermitsOptions;
  readonly #wants = new Map<string, Want>();
  #timer: NodeJS.Timeout | undefined;
  #firesAt = Infinity;
  #leasing = false;
  #closed = false;

  constructor(options: PermitsOptions) {
    this.#options = options;
  }

  /**
   * Uses up one permit. Where there is none, some are asked for and `ready` tells when they are here.
   *
   * @param waiting how many could be used at once
   */
  take(
    held: Held,
    webhook: { tenantId: string; webhookId: string; limit: RateLimit },
    waiting: number,
  ): boolean {
    const now = performance.now();
    if (held.count > 0 && now < held.goodUntil) {
      held.count -= 1;
      return true;
    }
    held.count = 0;
    const wanted = Math.max(1, Math.min(waiting, Math.ceil(webhook.limit.requests / 10)));
    this.#wants.set(webhook.webhookId, { ask: { ...webhook, wanted }, held });
    this.#fireAt(Math.max(now + gatherMs, held.askAt));
    return false;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #fireAt(at: number): void {
    if (this.#closed || this.#leasing || at >= this.#firesAt) return;
    clearTimeout(this.#timer);
    this.#firesAt = at;
    this.#timer = setTimeout(() => void this.#lease(), Math.max(0, at - performance.now())).unref();
  }

  async #lease(): Promise<void> {
    this.#firesAt = Infinity;
    const asked = performance.now();
    const wants = [...this.#wants.values()].filter((want) => want.held.askAt <= asked);
    this.#leasing = true;
    const grants = wants.length === 0 ? [] : await this.#ask(wants);
    this.#leasing = false;
    for (const [index, { ask, held }] of wants.entries()) {
      const grant = grants[index] ?? { granted: 0, againMs: failedPauseMs };
      held.count = grant.granted;
      // From before the question: the database counts from after it.
      held.goodUntil = asked + permitLifeMs(ask.limit);
      held.askAt = performance.now() + grant.againMs;
      if (grant.granted === 0) continue;
      this.#wants.delete(ask.webhookId);
      this.#options.ready(ask.webhookId);
    }
    const next = Math.min(...[...this.#wants.values()].map((want) => want.held.askAt));
    if (next < Infinity) this.#fireAt(Math.max(next, performance.now() + gatherMs));
  }

  async #ask(wants: readonly Want[]): Promise<PermitGrant[]> {
    const asks = wants.map((want) => want.ask);
    try {
      return await this.#options.lease(asks);
    } catch {
      // With the database away nothing is granted, which delays and fails nothing.
      return [];
    }
  }
}
