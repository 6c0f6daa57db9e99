import type { Hint } from '@mortise/contract';
import type { Database } from '@mortise/platform/database';
import { createEvents } from '../../events/index.ts';
import { newId, systemClock, type Clock } from '../../kernel/index.ts';
import { countEvents } from '../../metrics/index.ts';
import { createVault } from '../../vault/index.ts';
import { createIngest, storeOnly } from '../create-ingest.ts';
import type { Processor } from '../deps.ts';
import { makeSource, type NewSource } from '../make-source.ts';
import type { Arriving } from '../receive.ts';
import { openToken } from '../source-keys.ts';
import { readSourceRow } from '../source-store.ts';

const silent = { info() {}, warn() {}, error() {} };

/** The room as one process has it, over a real database, without providers and without HTTP. */
export function createRig(options: {
  db: Database;
  clock?: Clock;
  works?: boolean;
  processors?: Record<string, Processor>;
}) {
  const { db, clock = systemClock, works = true } = options;
  const vault = createVault({ masterKeys: [new Uint8Array(32).fill(7)] });
  const hints: Hint[] = [];
  const deps = {
    db,
    vault,
    clock,
    works,
    events: createEvents({ subscribers: [countEvents] }),
    hints: { publish: (_: string, hint: Hint) => void hints.push(hint) },
    heard: { subscribe() {} },
    logger: silent,
    registry: { all: [], find: () => undefined, sandbox: () => undefined },
    publicUrl: 'https://mortise.example',
    sync: { changed: async () => new Map<number, string>() },
    processors: { 'store-only': storeOnly, ...options.processors },
    queue: { addIn: async () => {} },
    subscribeSandbox: undefined,
  };
  const ingest = createIngest(deps);
  return {
    ingest,
    async addTenant(): Promise<string> {
      const id = newId();
      await db.engine((tx) => tx.query(`insert into tenants (id, name) values ($1, 'T')`, [id]));
      return id;
    },
    /** Makes a source that takes anything, unless said otherwise. @returns its token */
    async addSource(
      tenantId: string,
      values: Partial<NewSource> = {},
    ): Promise<{ id: string; token: string }> {
      const id = newId();
      const source = { id, name: 'S', integrationId: null, scheme: { type: 'none' as const }, ...values };
      const token = await db.tenant(tenantId, async (tx) => {
        await makeSource(tx, deps, { tenantId }, source);
        const row = await readSourceRow(tx, tenantId, id);
        if (row === undefined) throw new Error('The source is not there');
        return openToken(tx, vault, tenantId, id, row.token_sealed);
      });
      return { id, token };
    },
    /** Posts a body; resolves with the receipt's public id once it is committed. */
    async post(token: string, body: string, headers: Arriving['headers'] = {}): Promise<string> {
      const answer = await ingest.receive(
        { token },
        {
          method: 'POST',
          path: `/in/${token}`,
          headers: { 'content-type': 'application/json', ...headers },
          address: '192.0.2.1',
          traceId: newId().replaceAll('-', ''),
          read: async () => Buffer.from(body),
        },
      );
      return (JSON.parse(answer.body) as { id: string }).id;
    },
  };
}
