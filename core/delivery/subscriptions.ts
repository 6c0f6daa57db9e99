import type { WebhookSettings } from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';
import { publicId, type Clock } from '../kernel/index.ts';
import type { Owner } from './backlog.ts';
import { matchesType, testEventType } from './match-subscription.ts';
import { readStamps, readSubscriptions, type SubscriptionRow } from './subscription-store.ts';
import type { Plan, Target, Targets } from './target.ts';

/** A webhook as events are matched with it. */
export interface Subscriber {
  readonly row: SubscriptionRow;
  /** Public. */
  readonly id: string;
  readonly events: readonly string[];
  readonly settings: WebhookSettings;
  readonly filter: Plan['filter'];
  readonly owner: Owner;
  /** What a send takes, once it has been opened. */
  target: Target | undefined;
}

/** The webhooks of some tenants, as they are in the transaction they were read in. */
export interface Subscriptions {
  /** The transaction's id. */
  readonly xid: string;
  /** Those of a tenant that may be for a type of event. */
  of(tenantId: string, type: string): readonly Subscriber[];
}

/** Reads webhooks in the transaction that will write deliveries to them, in a process's name; see `readStamps`. */
export type ReadWebhooks = (
  tx: Tx,
  tenantIds: readonly string[],
  processId: string,
) => Promise<Subscriptions>;

interface Kept {
  readonly stamp: string;
  readonly webhooks: readonly Subscriber[];
  readonly byType: Map<string, readonly Subscriber[]>;
  /** How many places the lists in it have. */
  places: number;
}

/** How many webhooks are kept, and for how many types of event it is kept which of a tenant's they concern. */
const [mostKept, mostTypes] = [50_000, 1_000];
/** In how many of those lists each webhook may stand, on average. */
const mostPlaces = 50;

/**
 * Keeps tenants' webhooks as long as they are the same. What says so is read in each transaction, and never told from
 * elsewhere: a stamp over the versions of a tenant's rows. So all that was changed and committed before is seen, and
 * events cost the reading of a stamp and not of all that a tenant has.
 */
export function createSubscriptions(options: { targets: Pick<Targets, 'plan'>; clock: Clock }): ReadWebhooks {
  const { targets, clock } = options;
  /** The longest kept first. */
  const kept = new Map<string, Kept>();
  let size = 0;

  function forget(tenantId: string): void {
    size -= kept.get(tenantId)?.webhooks.length ?? 0;
    kept.delete(tenantId);
  }

  function keep(tenantId: string, own: Kept): void {
    forget(tenantId);
    kept.set(tenantId, own);
    // A tenant takes room too.
    size += own.webhooks.length;
    for (const oldest of kept.keys()) {
      if (size + kept.size <= mostKept || oldest === tenantId) break;
      forget(oldest);
    }
  }

  function subscriberOf(row: SubscriptionRow): Subscriber {
    const id = publicId('webhook', row.id);
    const owner = { tenantId: row.tenant_id, webhookId: row.id };
    return { row, id, owner, events: row.events, ...targets.plan(row), target: undefined };
  }

  return async (tx, tenantIds, processId) => {
    const now = clock.now();
    const { xid, stamps } = await readStamps(tx, tenantIds, processId, now);
    const found = new Map<string, Kept>();
    const changed: string[] = [];
    for (const [tenantId, stamp] of stamps) {
      const own = kept.get(tenantId);
      if (own?.stamp === stamp) found.set(tenantId, own);
      else changed.push(tenantId);
    }
    if (changed.length > 0) {
      // They may be newer than their stamps, which the next look then finds.
      const rows = Map.groupBy(await readSubscriptions(tx, changed, now), (row) => row.tenant_id);
      for (const tenantId of changed) {
        const webhooks = (rows.get(tenantId) ?? []).map(subscriberOf);
        const fresh: Kept = { stamp: stamps.get(tenantId) ?? '', webhooks, byType: new Map(), places: 0 };
        keep(tenantId, fresh);
        found.set(tenantId, fresh);
      }
    }
    return {
      xid,
      of(tenantId, type) {
        const own = found.get(tenantId);
        return own === undefined ? [] : subscribersTo(own, type);
      },
    };
  };
}

function subscribersTo(kept: Kept, type: string): readonly Subscriber[] {
  const { webhooks, byType } = kept;
  // Whose test it is its subject tells.
  if (type === testEventType) return webhooks;
  let own = byType.get(type);
  if (own === undefined) {
    own = webhooks.filter(({ events }) => events.some((subscription) => matchesType(subscription, type)));
    if (byType.size >= mostTypes || kept.places + own.length > mostPlaces * webhooks.length) {
      byType.clear();
      kept.places = 0;
    }
    byType.set(type, own);
    kept.places += own.length;
  }
  return own;
}
