import type { IncrementalState } from '@mortise/providers/kit';

/** Where a run's next page begins. */
export type Place =
  | { phase: 'list'; cursor?: string }
  | { phase: 'changes'; walk: IncrementalState }
  | { phase: 'deleted'; cursor?: string }
  /** Everything is read: what a full run has not met is removed. */
  | { phase: 'sweep' }
  | { phase: 'end' };

/** How far a run has come. Stored as JSON in the transaction of each page. */
export interface Checkpoint {
  place: Place;
  /** Provider time at which the run began, from its first answer. */
  startAt?: string;
  /** The greatest change time read so far, in the provider's time. */
  newestAt?: string;
  /** Whether records were held when the run began, so that some can be gone. */
  sweep: boolean;
  /** How many deletions a person has confirmed, see `refused`. */
  confirmed: number;
  /** How often the run has failed or died since its last page. */
  failures: number;
  /** What the mass-delete guard refused to delete; a person who then asks for a full run by hand confirms it. */
  refused?: number;
}

/** A checkpoint as the database holds it: an empty object until the run was first taken up. */
export function readCheckpoint(stored: object): Checkpoint | { place?: undefined; failures: number } {
  if ('place' in stored) return stored as Checkpoint;
  return { failures: 'failures' in stored ? Number(stored.failures) : 0 };
}
