import type { Database } from '@mortise/platform/database';
import type { Egress } from '@mortise/platform/egress';
import type { RunningProcess } from '@mortise/platform/processes';
import type { Events } from '../events/index.ts';
import type { Clock, Hints } from '../kernel/index.ts';
import type { Vault } from '../vault/index.ts';
import type { Delivery } from './create-delivery.ts';
import type { ReplayQueue } from './jobs.ts';

/** What the room's handlers stand on. */
export interface DeliveryRoutesOptions {
  db: Database;
  vault: Vault;
  egress: Egress;
  events: Events;
  hints: Hints;
  process: RunningProcess;
  delivery: Delivery;
  queue: ReplayQueue;
  clock?: Clock;
}
