/** What is known of one event, or of one delivery, that a replay has come to. */
export interface ReplayCandidate {
  /** Whether the webhook subscribes to the event as it is set now. */
  wanted: boolean;
  /** The webhook's delivery of the event; undefined when it has none. */
  delivery:
    | { isQueued: boolean; outcome: 'delivered' | 'retrying' | 'exhausted' | 'skipped' | null }
    | undefined;
}

/**
 * Decides what a replay does about one event: `make` a delivery that never was, `again` for one that is over, `pass`
 * for what is not asked for and for what is on its way anyhow.
 *
 * A delivery that is in the queue or in a process's memory is never sent twice by a replay: it will be settled by itself.
 * What was rightly not sent (no consent, an empty transform) counts like what was delivered. What the webhook does not
 * subscribe to now is made by no replay, but what was once bound for it and failed is sent again all the same.
 */
export function judgeReplay(
  what: 'failed' | 'missing' | 'all',
  { wanted, delivery }: ReplayCandidate,
): 'make' | 'again' | 'pass' {
  if (delivery === undefined) return wanted && what !== 'failed' ? 'make' : 'pass';
  if (delivery.isQueued || delivery.outcome === null || delivery.outcome === 'retrying') return 'pass';
  if (delivery.outcome === 'exhausted') return 'again';
  return what === 'all' ? 'again' : 'pass';
}
