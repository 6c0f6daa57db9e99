/** How much of everything one process may have at a time. */
export interface DeliveryLimits {
  /** Sends in flight in each lane; slow ones do not count, see `slowAfterMs`. */
  firstConcurrency: number;
  retryConcurrency: number;
  /** A send that takes longer gives its slot back, so that endpoints that hang do not use up the slots. */
  slowAfterMs: number;
  /** Past so many slow sends, webhooks of which no quick answer is known get a quarter of the slots. */
  slowConcurrency: number;
  /**
   * Deliveries in memory, from acceptance to the commit of their result. Past it they go to the queue. One tenant can
   * have as many as are free: alone half of it, of k tenants each a (k + 1)th.
   */
  memory: number;
  /** The same for one webhook. */
  webhookMemory: number;
  /** Claims of one webhook in memory. */
  webhookClaims: number;
  /** Claims that wait in memory, each lane. What was accepted into it does not count: it may be for one that hangs. */
  claims: number;
  /** Results that wait for their commit; past it nothing new is sent. */
  unrecorded: number;
  /** The most for the requests of an attempt, whatever a webhook's own limit. */
  timeoutMs: number;
  /** How long a transform may take. */
  transformMs: number;
  /** How long a claim is ours unless renewed. */
  leaseMs: number;
  /** How often the queue is looked at when nothing gives a reason to. */
  pollMs: number;
  /** How often what waits in memory is compared with its webhook's row: a hint that it changed may be lost. */
  compareMs: number;
}

export const defaultLimits: DeliveryLimits = {
  firstConcurrency: 64,
  retryConcurrency: 16,
  slowAfterMs: 1_000,
  slowConcurrency: 1_000,
  memory: 20_000,
  webhookMemory: 5_000,
  webhookClaims: 32,
  claims: 5_000,
  unrecorded: 4_000,
  timeoutMs: 60_000,
  transformMs: 200,
  leaseMs: 60_000,
  pollMs: 1_000,
  compareMs: 2_000,
};
