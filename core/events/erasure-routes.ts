import type { eraseEvents, readErasure, RouteParsed } from '@mortise/contract';
import {
  bareId,
  MortiseError,
  newId,
  notFound,
  publicId,
  type Creation,
  type Handler,
} from '../kernel/index.ts';
import type { ErasureDeps } from './erasure-deps.ts';
import { addErasure, readErasureRow, showErasure, type Selector } from './erasure-store.ts';

export function erasureRoutes(deps: Pick<ErasureDeps, 'db' | 'audit' | 'queue'>) {
  const erase: Creation<typeof eraseEvents> = async (context, { body }, tx) => {
    const { tenantId, actor, traceId } = context;
    const row = await addErasure(tx, {
      tenantId,
      id: newId(),
      selector: selectorOf(body),
      through: newId(),
      actor,
      traceId,
    });
    await deps.queue.addIn(
      (sql, params) => tx.query(sql, params),
      'events.erase',
      { tenantId, erasureId: row.id },
      { jobKey: `events.erase:${row.id}` },
    );
    // By what, not whose: the entry outlives the one who asked to be forgotten.
    await deps.audit(tx, context, {
      action: 'events.erasure_requested',
      subject: publicId('erasure', row.id),
      details: { by: body.pointer ?? 'subject' },
    });
    return showErasure(row);
  };

  const erasure: Handler<typeof readErasure> = async ({ tenantId }, { params }) => {
    const id = bareId('erasure', params.id);
    const row = await deps.db.tenant(tenantId, (tx) => readErasureRow(tx, tenantId, id));
    if (row === undefined) throw notFound();
    return showErasure(row);
  };

  return { erase, erasure };
}

function selectorOf({ subject, pointer, value }: RouteParsed<typeof eraseEvents>['body']): Selector {
  if (subject !== undefined) return { subject };
  if (pointer !== undefined && value !== undefined) return { pointer, value };
  throw new MortiseError('invalid_request', { detail: 'Give subject, or pointer and value.' });
}
