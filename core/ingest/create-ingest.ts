import { Announcer, publicId } from '../kernel/index.ts';
import { Committer } from './committer.ts';
import type { IngestDeps, Processor as ReceiptProcessor } from './deps.ts';
import { ingestJobs } from './jobs.ts';
import { createOpenSources } from './open-sources.ts';
import { Processor } from './processor.ts';
import { createReceiver, type Receive } from './receive.ts';
import { receiptRoutes } from './receipt-routes.ts';
import { RefusalBudget } from './refusal-budget.ts';
import { replayRoutes } from './replay-routes.ts';
import { sourceRoutes } from './source-routes.ts';

/** Keeps what arrives and does nothing with it: for whoever reads receipts over the API. */
export const storeOnly: ReceiptProcessor = {
  description: 'Keeps each request and does nothing with it',
  process: async () => ({ note: 'It was kept, and nothing else.' }),
};

export interface Ingest {
  /** Takes one request in; resolves once it is committed. */
  receive: Receive;
  routes: ReturnType<typeof sourceRoutes> & {
    receipts: ReturnType<typeof receiptRoutes>;
    replays: ReturnType<typeof replayRoutes>;
  };
  jobs: ReturnType<typeof ingestJobs>;
  /** Begins to work receipts off, where this process does. */
  start(): void;
  /** Works off what it has begun and writes what is counted. */
  stop(): Promise<void>;
}

/** The room over what it needs. */
export function createIngest(deps: IngestDeps): Ingest {
  const announcer = new Announcer(deps.hints, (sourceId) => ({
    kind: 'receipt',
    ...(sourceId === undefined ? {} : { sourceId: publicId('source', sourceId) }),
  }));
  const sources = createOpenSources(deps);
  const processor = new Processor(deps, (tenantId, sourceIds) => {
    for (const sourceId of sourceIds) announcer.changed(tenantId, sourceId);
  });
  const committer = new Committer({
    db: deps.db,
    clock: deps.clock,
    logger: deps.logger,
    committed(receipts) {
      for (const { tenantId, sourceId } of receipts) announcer.changed(tenantId, sourceId);
      processor.wake();
    },
    counted(tallies) {
      for (const { tenantId, sourceId } of tallies) announcer.changed(tenantId, sourceId);
    },
  });
  const wake = () => processor.wake();
  return {
    receive: createReceiver({ ...deps, sources, committer, refusals: new RefusalBudget(deps) }),
    routes: {
      ...sourceRoutes(deps, (tenantId) => {
        sources.forget(tenantId);
        wake();
      }),
      receipts: receiptRoutes(deps, wake),
      replays: replayRoutes(deps),
    },
    jobs: ingestJobs(deps, wake),
    start() {
      if (deps.works) processor.start();
    },
    async stop() {
      await processor.stop();
      await committer.flush();
      announcer.flush();
    },
  };
}
