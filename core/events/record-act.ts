import type { Tx } from '@mortise/platform/database';
import type { Actor } from '../kernel/index.ts';

/** Writes an audit entry in the transaction of the act; given in the composition, since audit stands on our floor. */
export type RecordAct = (
  tx: Tx,
  context: { tenantId: string; traceId: string; actor: Actor },
  what: { action: string; subject?: string; details?: Record<string, unknown> },
) => Promise<void>;
