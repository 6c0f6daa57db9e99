import { updateWebhook } from '@mortise/contract';
import type { Database } from '@mortise/platform/database';
import type { Clock } from '../../kernel/index.ts';
import type { ConsentGate } from '../consent-gate.ts';
import type { CircuitRules } from '../judge-circuit.ts';
import type { DeliveryLimits } from '../limits.ts';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../tests/support/test-database.ts';
import { addTenant, bodyOf, contextOf, startRig, type Rig } from './rig.ts';
import { startSink, type Sink } from './sink.ts';

/**
 * What the tests of the pipeline work with: processes and endpoints that are cleared away after each test, and the
 * questions that all of them ask.
 *
 * @param current the database and the tenant of the test that is running
 */
export function createStage(current: () => { db: Database; tenantId: string }) {
  const rigs: Rig[] = [];
  const sinks: Sink[] = [];

  const query = <T extends object>(sql: string, values: unknown[] = []) =>
    current().db.engine((tx) => tx.query<T & Record<string, unknown>>(sql, values));

  return {
    query,

    /** A request by an operator for the tenant. */
    context: (headers: Record<string, string> = {}) => contextOf(current().tenantId, headers),

    rigOf: async (
      options: {
        clock?: Clock;
        sends?: boolean;
        limits?: Partial<DeliveryLimits>;
        consentGate?: ConsentGate;
        circuitRules?: Partial<CircuitRules>;
      } = {},
    ): Promise<Rig> => {
      const rig = await startRig({ db: current().db, ...options });
      rigs.push(rig);
      return rig;
    },

    sinkOf: async (answer?: Parameters<typeof startSink>[0]): Promise<Sink> => {
      const sink = await startSink(answer);
      sinks.push(sink);
      return sink;
    },

    /** The deliveries as the API lists them. */
    listed: async (rig: Rig, filter: Record<string, unknown> = {}) => {
      const input = { params: undefined, query: { limit: 50, ...filter }, body: undefined };
      return bodyOf(await rig.routes.deliveries(contextOf(current().tenantId), input)).data;
    },

    readOne: async (rig: Rig, id: string) => {
      const input = { params: { id }, query: undefined, body: undefined };
      return bodyOf(await rig.routes.readDelivery(contextOf(current().tenantId), input));
    },

    update: (rig: Rig, id: string, body: object, headers = {}) =>
      rig.routes.update(contextOf(current().tenantId, headers), {
        params: { id },
        query: undefined,
        body: updateWebhook.body.parse(body),
      }),

    /** What waits in the queue for the tenant. */
    queued: () =>
      query<{ lane: string; attempt: number }>(
        'select lane, attempt from delivery_queue where tenant_id = $1',
        [current().tenantId],
      ),

    clear: async (): Promise<void> => {
      for (const rig of rigs.splice(0)) await rig.stop(0);
      for (const sink of sinks.splice(0)) await sink.close();
      await query('delete from delivery_queue');
    },
  };
}

/**
 * A stage for a whole suite, on a database of its own and with a tenant a test.
 *
 * @param told gets both before each test
 */
export function useStage(told: (now: { database: TestDatabase; tenantId: string }) => void) {
  let database: TestDatabase;
  let tenantId: string;
  beforeAll(async () => void (database = await createTestDatabase()));
  beforeEach(async () => {
    tenantId = await addTenant(database.db);
    told({ database, tenantId });
  });
  const stage = createStage(() => ({ db: database.db, tenantId }));
  afterEach(() => stage.clear());
  afterAll(() => database.drop());
  return stage;
}
