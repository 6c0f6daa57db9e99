import type {
  createPurpose,
  listPurposes,
  publishConsentText,
  readPurpose,
  updatePurpose,
} from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';
import { record } from '../audit/index.ts';
import {
  bareId,
  etag,
  idCursor,
  ifMatch,
  newId,
  notFound,
  publicId,
  Reply,
  toPage,
  type Creation,
  type Handler,
} from '../kernel/index.ts';
import type { ConsentDeps } from './deps.ts';
import { keyTaken, purposeChanged } from './errors.ts';
import {
  countInForce,
  insertPurpose,
  insertText,
  listPurposeRows,
  listTextRows,
  lockPurpose,
  readPurposeRow,
  showPurpose,
  showText,
  updatePurposeRow,
  type PurposeRow,
} from './purpose-store.ts';

/** The handlers of purposes and their texts. A purpose is never deleted: the ledger names it for ever. */
export function purposeRoutes({ db, clock }: Pick<ConsentDeps, 'db' | 'clock'>) {
  async function show(tx: Tx, tenantId: string, row: PurposeRow) {
    const counts = await countInForce(tx, tenantId, [row.id], clock.now());
    return showPurpose(row, counts.get(row.id) ?? 0);
  }

  const create: Creation<typeof createPurpose> = async (context, { body }, tx) => {
    const { tenantId } = context;
    const now = clock.now();
    const row = await insertPurpose(tx, tenantId, { ...body, id: newId(), now });
    if (row === undefined) throw keyTaken();
    const text = { version: 1, texts: body.texts, requiresRenewal: false, now, by: context.actor.name };
    await insertText(tx, tenantId, row.id, text);
    await record(tx, context, {
      action: 'purpose.created',
      subject: publicId('purpose', row.id),
      details: {
        key: row.key,
        name: row.name,
        legalBasis: row.legal_basis,
        providerCategory: row.provider_category,
      },
    });
    return new Reply(showPurpose(row, 0), etag(row.version));
  };

  const list: Handler<typeof listPurposes> = async ({ tenantId }, { query }) => {
    const before = query.cursor === undefined ? undefined : idCursor(query.cursor);
    return db.tenant(tenantId, async (tx) => {
      const rows = await listPurposeRows(tx, tenantId, { before, limit: query.limit });
      const ids = rows.map((row) => row.id);
      const counts = await countInForce(tx, tenantId, ids, clock.now());
      return toPage(
        rows,
        query.limit,
        (row) => [row.id],
        (row) => showPurpose(row, counts.get(row.id) ?? 0),
      );
    });
  };

  const read: Handler<typeof readPurpose> = async ({ tenantId }, { params }) => {
    const id = bareId('purpose', params.id);
    return db.tenant(tenantId, async (tx) => {
      const row = await readPurposeRow(tx, tenantId, id);
      if (row === undefined) throw notFound();
      const texts = (await listTextRows(tx, tenantId, id)).map(showText);
      return new Reply({ ...(await show(tx, tenantId, row)), texts }, etag(row.version));
    });
  };

  const update: Handler<typeof updatePurpose> = async (context, { params, body }) => {
    const { tenantId } = context;
    const id = bareId('purpose', params.id);
    const version = ifMatch(context);
    return db.tenant(tenantId, async (tx) => {
      const before = await lockPurpose(tx, tenantId, id);
      if (before === undefined) throw notFound();
      if (version !== undefined && version !== before.version) throw purposeChanged();
      const now = clock.now();
      const archivedAt = body.archived === true ? (before.archived_at ?? now) : null;
      const change = {
        ...before,
        name: body.name ?? before.name,
        legal_basis: body.legalBasis ?? before.legal_basis,
        provider_category:
          body.providerCategory === undefined ? before.provider_category : body.providerCategory,
        archived_at: body.archived === undefined ? before.archived_at : archivedAt,
      };
      const after = await updatePurposeRow(tx, tenantId, change, now);
      await record(tx, context, {
        action: 'purpose.updated',
        subject: params.id,
        details: { changed: body },
      });
      return new Reply(await show(tx, tenantId, after), etag(after.version));
    });
  };

  const publish: Creation<typeof publishConsentText> = async (context, { params, body }, tx) => {
    const { tenantId } = context;
    const before = await lockPurpose(tx, tenantId, bareId('purpose', params.id));
    if (before === undefined) throw notFound();
    const now = clock.now();
    const version = before.text_version + 1;
    const text = await insertText(tx, tenantId, before.id, {
      version,
      texts: body.texts,
      requiresRenewal: body.requiresRenewal,
      now,
      by: context.actor.name,
    });
    const least = body.requiresRenewal ? version : before.least_text_version;
    await updatePurposeRow(
      tx,
      tenantId,
      { ...before, text_version: version, least_text_version: least },
      now,
    );
    await record(tx, context, {
      action: 'purpose.text_published',
      subject: params.id,
      details: { key: before.key, version, requiresRenewal: body.requiresRenewal },
    });
    return showText(text);
  };

  return { create, list, read, update, publish };
}
