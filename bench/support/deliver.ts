import { setTimeout as pause } from 'node:timers/promises';
import { bareId } from '../../core/kernel/index.ts';
import { addTenant, type Rig } from '../../core/delivery/testing/rig.ts';

const [publishers, deliveriesPerCommit] = [4, 50];

export interface Subscribers {
  tenantIds: readonly string[];
  /** Ids of all webhooks, tenant by tenant. */
  webhookIds: readonly string[];
  /** How many types of event each tenant has. */
  types: number;
  /** How many webhooks get an event. */
  fanOut: number;
}

/** What an event of a bench carries. */
export const dataOf = (n: number) => ({
  n,
  email: 'someone@example.com',
  name: 'Some One',
  changed: ['email', 'name'],
});

/** Makes tenants, each with `fanOut` webhooks for each of its types of event. @param urlOf where the nth webhook sends */
export async function addSubscribers(
  rig: Rig,
  shape: { tenants: number; types: number; fanOut: number },
  urlOf: (n: number) => string,
): Promise<Subscribers> {
  const { tenants, types, fanOut } = shape;
  const [tenantIds, webhookIds]: [string[], string[]] = [[], []];
  for (let tenant = 0; tenant < tenants; tenant++) {
    const tenantId = await addTenant(rig.db);
    tenantIds.push(tenantId);
    for (let n = 0; n < types * fanOut; n++) {
      const { id } = await rig.addWebhook(tenantId, {
        url: urlOf(webhookIds.length),
        events: [`contact${n % types}.updated`],
        // What fails is not tried again while anything is measured.
        settings: { retry: { enabled: true, attempts: 12, schedule: [86_400] } },
      });
      webhookIds.push(bareId('webhook', id));
    }
  }
  return { tenantIds, webhookIds, types, fanOut };
}

/**
 * Appends events until so many deliveries follow from them (a multiple of the fan-out), some in each transaction, and waits for the last result.
 *
 * @returns deliveries a second, from the first append to the commit of the last attempt
 */
export async function deliver(rig: Rig, subscribers: Subscribers, deliveries: number): Promise<number> {
  const { tenantIds, types, fanOut } = subscribers;
  const perCommit = Math.max(1, Math.round(deliveriesPerCommit / fanOut));
  let left = deliveries / fanOut;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: publishers }, async (_, publisher) => {
      for (let turn = publisher; left > 0; turn++) {
        const size = Math.min(perCommit, left);
        left -= size;
        // As callers from outside are: told to come back later while too much waits.
        while (rig.delivery.counts().accepted > 5_000) await pause(2);
        const events = Array.from({ length: size }, (__, n) => ({
          type: `contact${n % types}.updated`,
          subject: null,
          data: dataOf(n),
        }));
        await rig.append(tenantIds[turn % tenantIds.length] ?? '', events);
      }
    }),
  );
  await rig.delivery.idle();
  // What did not fit into a tenant's share of the memory went to the queue.
  while (await waitsForFirst(rig)) await pause(5);
  return deliveries / ((performance.now() - began) / 1_000);
}

async function waitsForFirst({ db }: Rig): Promise<boolean> {
  const [row] = await db.engine((tx) =>
    tx.query<{ waits: boolean }>(`select exists (select from delivery_queue where lane = 'first') as waits`),
  );
  return row?.waits === true;
}
