import type { Database } from '@mortise/platform/database';
import { systemClock, type Clock } from '../kernel/index.ts';
import type { EventSubscriber } from './append.ts';
import { createDefinitions } from './definitions.ts';
import { publishGroup } from './publish-group.ts';
import { publishRoutes } from './publish-routes.ts';
import { Publisher, type PublisherLimits } from './publisher.ts';

export interface PublishingOptions {
  db: Database;
  /** The same that take part in what rooms append. */
  subscribers: readonly EventSubscriber[];
  /** Whether so much waits to be sent for a tenant that nothing may be added. */
  isOverloaded: (tenantId: string) => boolean;
  /** What the installed providers raise, which nobody else may. */
  providerEventTypes: readonly { type: string }[];
  clock?: Clock;
  limits?: Partial<PublisherLimits>;
}

export type Publishing = ReturnType<typeof createPublishing>;

/** Puts together how callers publish events. */
export function createPublishing(options: PublishingOptions) {
  const { db, subscribers, isOverloaded, providerEventTypes, clock = systemClock } = options;
  const deps = { db, subscribers, definitions: createDefinitions(), clock };
  const publisher = new Publisher({
    write: (group) => publishGroup(deps, group),
    isOverloaded,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  });
  return {
    routes: publishRoutes({ publisher, clock, providerEventTypes }),
    /** Takes nothing more and waits for what was taken. */
    stop: () => publisher.stop(),
  };
}
