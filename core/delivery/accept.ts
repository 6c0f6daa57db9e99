import type { Database, Tx } from '@mortise/platform/database';
import type { RunningProcess } from '@mortise/platform/processes';
import type { EventSubscriber, StoredEvent } from '../events/index.ts';
import { newId, publicId, type Clock } from '../kernel/index.ts';
import type { Backlog } from './backlog.ts';
import { bodyObject, buildBody } from './build-body.ts';
import type { Circuits } from './circuits.ts';
import { consentKeyOf } from './consent-gate.ts';
import { isWanted } from './match-subscription.ts';
import { orderKey } from './order-key.ts';
import type { Outgoing } from './outgoing.ts';
import {
  insertDeliveries,
  lockInactive,
  readSubscriptions,
  readTransactionEnds,
  type NewDelivery,
  type SubscriptionRow,
} from './pipeline-store.ts';
import type { Target, Targets } from './target.ts';

/** Deliveries that were written in a transaction of whose end we have not heard. */
interface Open {
  xid: string;
  tenantId: string;
  items: readonly Outgoing[];
  since: number;
}

/** An event and a webhook that it is for. */
interface Match {
  event: StoredEvent;
  webhook: SubscriptionRow;
  asksConsent: boolean;
  consentKey: string | null;
  orderKey: string | null;
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
  const open = new Set<Open>();

  /** The webhooks to be sent to; without an entry a secret did not open, and the queue will tell. */
  async function openTargets(tx: Tx, tenantId: string, webhooks: Iterable<SubscriptionRow>) {
    const opened = new Map<string, Target>();
    for (const row of webhooks) {
      try {
        opened.set(row.id, await targets.open(tx, tenantId, row));
      } catch {
        // An event must not fail for it: the attempt will say what is wrong.
      }
    }
    return opened;
  }

  async function matchDeliveries(tx: Tx, tenantId: string, events: readonly StoredEvent[]) {
    const counts = new Map<string, number>();
    const processId = process.id;
    const subscriptions = await readSubscriptions(tx, tenantId, processId, clock.now());
    const webhooks = subscriptions.map((row) => ({
      row,
      id: publicId('webhook', row.id),
      events: row.events,
      ...targets.plan(row),
    }));
    const matched: Match[] = [];
    for (const event of events) {
      // Made only for webhooks that look into it.
      let content: ReturnType<typeof bodyObject> | undefined;
      const look = () => (content ??= bodyObject({ ...event, id: publicId('event', event.id) }));
      for (const webhook of webhooks) {
        if (!isWanted(webhook, event, look)) continue;
        const { settings } = webhook;
        matched.push({
          event,
          webhook: webhook.row,
          asksConsent: settings.consent !== null,
          consentKey: settings.consent === null ? null : consentKeyOf(settings, look()),
          orderKey: settings.orderBy === null ? null : orderKey(settings.orderBy, look()),
        });
      }
    }
    if (matched.length === 0) return counts;

    const wanted = new Map(matched.map(({ webhook }) => [webhook.id, webhook]));
    const suspects = [...wanted.values()]
      .filter((webhook) => webhook.status !== 'active')
      .map((webhook) => webhook.id);
    const inactive = suspects.length === 0 ? new Set<string>() : await lockInactive(tx, tenantId, suspects);
    for (const webhook of wanted.values()) options.circuits.learn(webhook.id, webhook.circuit);
    const opened = options.sends()
      ? await openTargets(
          tx,
          tenantId,
          [...wanted.values()].filter((webhook) => !inactive.has(webhook.id)),
        )
      : new Map<string, Target>();

    // Nothing is kept in memory for a webhook to which nothing may be sent.
    const rooms = new Map(
      [...opened.values()]
        .filter((target) => options.circuits.isClosed(target.webhookId))
        .map((target) => {
          const owner = { tenantId, webhookId: target.webhookId };
          return [target.webhookId, { owner, room: options.roomFor(target) }];
        }),
    );

    // From here to the insert nothing is awaited: ids must enter the backlog in their order.
    const deliveries: NewDelivery[] = [];
    const items: Outgoing[] = [];
    const bodies = new Map<string, Uint8Array>();
    for (const { event, webhook, asksConsent, ...keys } of matched) {
      const id = newId();
      const target = opened.get(webhook.id);
      const held = inactive.has(webhook.id);
      // What has an order goes through the queue, where all processes see what comes before it; what needs a consent
      // waits there too, where a withdrawal finds it.
      const place = keys.orderKey === null && !asksConsent ? rooms.get(webhook.id) : undefined;
      const inMemory =
        target !== undefined &&
        place !== undefined &&
        options.sends() &&
        backlog.enter(id, place.owner, place.room);
      deliveries.push({
        id,
        eventId: event.id,
        webhookId: webhook.id,
        lane: held ? 'held' : inMemory ? null : 'first',
        ...keys,
      });
      counts.set(event.id, (counts.get(event.id) ?? 0) + 1);
      if (!inMemory) continue;
      const messageId = publicId('event', event.id);
      let body = bodies.get(event.id);
      if (body === undefined)
        bodies.set(event.id, (body = Buffer.from(buildBody({ ...event, id: messageId }))));
      items.push({
        tenantId,
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

    const giveBack = () => {
      for (const item of items) backlog.leave(item.deliveryId);
    };
    let written: { xid: string; accepted: boolean };
    try {
      written = await insertDeliveries(tx, tenantId, processId, clock.now(), deliveries);
    } catch (error) {
      giveBack();
      throw error;
    }
    const accepted = written.accepted && items.length > 0;
    const entry: Open = { xid: written.xid, tenantId, items, since: performance.now() };
    if (accepted) open.add(entry);
    else giveBack();
    tx.afterCommit(() => {
      if (accepted && open.delete(entry)) options.handOver(items);
      if (!accepted || items.length < deliveries.length) options.queued();
      for (const webhookId of wanted.keys()) options.changed(tenantId, webhookId);
    });
    return counts;
  }

  async function settle(missedForMs = missedAfterMs): Promise<void> {
    const before = performance.now() - missedForMs;
    const missed = [...open].filter((entry) => entry.since <= before);
    if (missed.length === 0) return;
    const asked = missed.map(({ xid, tenantId, items }) => ({
      xid,
      tenantId,
      deliveryId: items[0]?.deliveryId ?? '',
    }));
    const ends = await db.engine((tx) => readTransactionEnds(tx, asked));
    for (const [index, entry] of missed.entries()) {
      const end = ends[index];
      if (end === 'in progress' || end === undefined || !open.delete(entry)) continue;
      if (end === 'committed') options.handOver(entry.items);
      else for (const item of entry.items) backlog.leave(item.deliveryId);
    }
  }

  return { matchDeliveries, settle };
}
