import type { RenewalEnd, RenewalJob } from './renewer.ts';

/** What a process tells its courier. The set-up is the one message that holds secrets. */
export type ToCourier<S> = { kind: 'setUp'; setUp: S } | { kind: 'renew'; id: number; job: RenewalJob };

/**
 * What a courier tells its process: that it listens, that it has its set-up, what became of each job; and what broke
 * outside of any. Nothing of it is secret.
 */
export type FromCourier =
  | { kind: 'listening' }
  | { kind: 'ready' }
  | { kind: 'ended'; id: number; end: RenewalEnd }
  | { kind: 'failed'; id: number; message: string }
  | { kind: 'broken'; message: string };
