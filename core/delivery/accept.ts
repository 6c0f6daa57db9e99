import type { Database, Tx } from '@mortise/platform/database';
import type { RunningProcess } from '@mortise/platform/processes';
import type { EventSubscriber, StoredEvent } from '../events/index.ts';
import { Chain, newId, publicId, type Clock, type Link } from '../kernel/index.ts';
import type { Backlog, Owner } from './backlog.ts';
import { bodyObject, buildBody } from './build-body.ts';
import type { Circuits } from './circuits.ts';
import { consentKeyOf } from './consent-gate.ts';
import { isWanted } from './match-subscription.ts';
import { orderKey } from './order-key.ts';
import type { Outgoing } from './outgoing.ts';
import { insertDeliveries, readTransactionEnds, type NewDelivery } from './pipeline-store.ts';
import { lockInactive } from './subscription-store.ts';
import { createSubscriptions, type Subscriber, type Subscriptions } from './subscriptions.ts';
import type { Target, Targets } from './target.ts';

/** Deliveries that were written in a transaction of whose end we have not heard. */
interface Open extends Link<Open> {
  xid: string;
  items: readonly Outgoing[];
  /** Whether the database took this process for alive when they were written; unknown until it has answered. */
  accepted: boolean | undefined;
  since: number;
}

/** An event and a webhook that it is for. */
interface Match {
  event: StoredEvent;
  webhook: Subscriber;
  asksConsent: boolean;
  consentKey: string | null;
  orderKey: string | null;
}

/** Where a webhook's deliveries stand in memory, and how many of them may. */
interface Place {
  owner: Owner;
  room: number;
}

export interface AcceptorOptions {
  db: Database;
  process: RunningProcess;
  backlog: Backlog;
  targets: Targets;
  clock: Clock;
  /** Whether this process sends at all, and still does. When not, everything goes to the queue. */
  sends: () => boolean;
  /** What this process knows of circuits; the rows that are read here tell it more. */
  circuits: Pick<Circuits, 'learn' | 'isClosed'>;
  /** How many of a webhook's deliveries may be in memory now. */
  roomFor: (target: Target) => number;
  /** Gets what is committed and was taken into memory. */
  handOver: (items: readonly Outgoing[]) => void;
  /** Told after the commit that something went to the queue. */
  queued: () => void;
  changed: (tenantId: string, webhookId: string) => void;
}

/** Transactions end well within it; those whose end we missed are asked about. */
const missedAfterMs = 1_000;

export interface Acceptor {
  matchDeliveries: EventSubscriber;
  /**
   * Finds out about transactions whose end we have not heard of: those that were rolled back give their place in
   * memory back, and one that did commit, though the connection broke over the answer, is sent.
   */
  settle(missedForMs?: number): Promise<void>;
}

/** Makes the subscriber that turns events into deliveries, in the events' own transaction. */
export function createAcceptor(options: AcceptorOptions): Acceptor {
  const { db, process, backlog, targets, clock } = options;
  const readWebhooks = createSubscriptions({ targets, clock });
  const open = new Chain<Open>();

  /** Opens what sending to these webhooks takes. One whose secret does not open goes without: the queue will tell. */
  async function openTargets(tx: Tx, webhooks: Iterable<Subscriber>): Promise<void> {
    for (const webhook of webhooks) {
      try {
        webhook.target ??= await targets.open(tx, webhook.row.tenant_id, webhook.row);
      } catch {
        // An event must not fail for it: the attempt will say what is wrong.
      }
    }
  }

  /** Those of the webhooks to which nothing may be sent now. */
  async function findInactive(tx: Tx, webhooks: Iterable<Subscriber>): Promise<ReadonlySet<string>> {
    const suspects = [...webhooks].filter(({ row }) => row.status !== 'active');
    if (suspects.length === 0) return new Set();
    return lockInactive(
      tx,
      suspects.map(({ row }) => ({ tenantId: row.tenant_id, webhookId: row.id })),
    );
  }

  /** Nothing is kept in memory for a webhook to which nothing may be sent. */
  function placesOf(webhooks: Iterable<Subscriber>, inactive: ReadonlySet<string>): Map<string, Place> {
    const places = new Map<string, Place>();
    if (!options.sends()) return places;
    for (const { row, owner, target } of webhooks) {
      if (target === undefined || inactive.has(row.id) || !options.circuits.isClosed(row.id)) continue;
      places.set(row.id, { owner, room: options.roomFor(target) });
    }
    return places;
  }

  async function matchDeliveries(tx: Tx, events: readonly StoredEvent[]) {
    const counts = new Map<string, number>();
    // Once, since it may be another's after any wait: what is locked against recovery is what is written under.
    const processId = process.id;
    const tenantIds = [...new Set(events.map((event) => event.tenantId))];
    const subscriptions = await readWebhooks(tx, tenantIds, processId);
    const matched = match(subscriptions, events);
    if (matched.length === 0) return counts;

    const wanted = new Map(matched.map(({ webhook }) => [webhook.row.id, webhook]));
    for (const { row } of wanted.values()) options.circuits.learn(row.id, row.circuit);
    const inactive = await findInactive(tx, wanted.values());
    if (options.sends()) await openTargets(tx, wanted.values());

    // From here to the insert nothing is awaited: ids must enter the backlog in their order.
    const places = placesOf(wanted.values(), inactive);
    const deliveries: NewDelivery[] = [];
    const items: Outgoing[] = [];
    const bodies = new Map<string, Uint8Array>();
    for (const { event, webhook, asksConsent, ...keys } of matched) {
      const id = newId();
      const { row, target } = webhook;
      // What has an order goes through the queue, where all processes see what comes before it; what needs a consent
      // waits there too, where a withdrawal finds it.
      const place = keys.orderKey === null && !asksConsent ? places.get(row.id) : undefined;
      const inMemory = place !== undefined && backlog.enter(id, place.owner, place.room);
      deliveries.push({
        tenantId: event.tenantId,
        id,
        eventId: event.id,
        webhookId: row.id,
        lane: inactive.has(row.id) ? 'held' : inMemory ? null : 'first',
        ...keys,
      });
      counts.set(event.id, (counts.get(event.id) ?? 0) + 1);
      if (!inMemory || target === undefined) continue;
      const messageId = publicId('event', event.id);
      let body = bodies.get(event.id);
      if (body === undefined) {
        try {
          bodies.set(event.id, (body = Buffer.from(buildBody({ ...event, id: messageId }))));
        } catch (error) {
          // Nobody else gives back what is not among the open ones yet.
          backlog.leave(id);
          giveUp(items);
          throw error;
        }
      }
      items.push({
        tenantId: event.tenantId,
        deliveryId: id,
        target,
        messageId,
        traceId: event.traceId,
        body,
        number: 1,
        lane: 'first',
        fence: 0,
        claimedUntil: Infinity,
        ordered: false,
        setbacks: 0,
        probe: false,
      });
    }

    const { xid } = subscriptions;
    const entry: Open = { xid, items, accepted: undefined, since: performance.now() };
    if (items.length > 0) open.add(entry);
    insertDeliveries(tx, processId, clock.now(), deliveries, (accepted) => (entry.accepted = accepted));
    tx.afterCommit(() => {
      if (open.delete(entry)) end(entry, entry.accepted === true);
      if (items.length < deliveries.length) options.queued();
      for (const { row } of wanted.values()) options.changed(row.tenant_id, row.id);
    });
    return counts;
  }

  /** Sends what was taken into memory in a transaction that has committed, if it was taken. */
  function end({ items }: Open, accepted: boolean): void {
    if (accepted) return options.handOver(items);
    giveUp(items);
    options.queued();
  }

  function giveUp(items: readonly Outgoing[]): void {
    for (const item of items) backlog.leave(item.deliveryId);
  }

  async function settle(missedForMs = missedAfterMs): Promise<void> {
    const before = performance.now() - missedForMs;
    const missed = [...open].filter((entry) => entry.since <= before);
    if (missed.length === 0) return;
    const asked = missed.flatMap(({ xid, items: [first] }) =>
      first === undefined ? [] : [{ xid, tenantId: first.tenantId, deliveryId: first.deliveryId }],
    );
    const ends = await db.engine((tx) => readTransactionEnds(tx, asked));
    for (const [index, entry] of missed.entries()) {
      const told = ends[index];
      if (told === undefined || told.status === 'in progress' || !open.delete(entry)) continue;
      if (told.status === 'committed') end(entry, told.accepted);
      else giveUp(entry.items);
    }
  }

  return { matchDeliveries, settle };
}

/** Which event is for which webhook. Pure. */
function match(subscriptions: Subscriptions, events: readonly StoredEvent[]): Match[] {
  const matched: Match[] = [];
  for (const event of events) {
    // Made only for webhooks that look into it.
    let content: ReturnType<typeof bodyObject> | undefined;
    const look = () => (content ??= bodyObject({ ...event, id: publicId('event', event.id) }));
    for (const webhook of subscriptions.of(event.tenantId, event.type)) {
      if (!isWanted(webhook, event, look)) continue;
      const { settings } = webhook;
      matched.push({
        event,
        webhook,
        asksConsent: settings.consent !== null,
        consentKey: settings.consent === null ? null : consentKeyOf(settings, look()),
        orderKey: settings.orderBy === null ? null : orderKey(settings.orderBy, look()),
      });
    }
  }
  return matched;
}
