import type { readOverview } from '@mortise/contract';
import type { Database } from '@mortise/platform/database';
import type { Clock, Handler } from '../kernel/index.ts';
import { readFigures } from './store.ts';

export function metricsRoutes(deps: { db: Database; clock: Clock }) {
  const overview: Handler<typeof readOverview> = ({ tenantId }) =>
    deps.db.tenant(tenantId, (tx) => readFigures(tx, tenantId, deps.clock.now()));
  return { overview };
}
