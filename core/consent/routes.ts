import type {
  checkConsent,
  createConsent,
  exportLedger,
  listConsents,
  listLedger,
  readConsent,
  tellWithdrawal,
  withdrawConsent,
} from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';
import { record } from '../audit/index.ts';
import { bareId, idCursor, notFound, toPage, type Creation, type Handler } from '../kernel/index.ts';
import { listConsentRows, readConsentRow, readLatest, showConsent } from './consent-store.ts';
import type { ConsentDeps } from './deps.ts';
import { notWithdrawn } from './errors.ts';
import { exportLines } from './export-lines.ts';
import { createGate } from './gate.ts';
import { listEntryRows, showEntry } from './ledger-store.ts';
import { recordGrant } from './record-grant.ts';
import { notifyAgain } from './notify.ts';
import { withdraw } from './withdraw.ts';

const mediaTypes = { csv: 'text/csv; charset=utf-8', jsonl: 'application/jsonl' };

interface LedgerQuery {
  cursor?: string | undefined;
  subjectId?: string | undefined;
  purposeId?: string | undefined;
  kind?: string | undefined;
  limit: number;
}

/** The handlers of grants and of the ledger. */
export function consentRoutes(deps: ConsentDeps) {
  const { db, clock } = deps;
  const gate = createGate(deps);

  async function present(tx: Tx, tenantId: string, id: string) {
    const row = await readConsentRow(tx, tenantId, id, clock.now());
    if (row === undefined) throw notFound();
    return showConsent(row);
  }

  const create: Creation<typeof createConsent> = async (context, { body }, tx) => {
    const expiresAt = body.expiresAt === undefined ? null : new Date(body.expiresAt);
    const id = await recordGrant(tx, deps, context, { ...body, expiresAt });
    return present(tx, context.tenantId, id);
  };

  const list: Handler<typeof listConsents> = async ({ tenantId }, { query }) => {
    const rows = await db.tenant(tenantId, (tx) =>
      listConsentRows(tx, tenantId, {
        now: clock.now(),
        before: query.cursor === undefined ? undefined : idCursor(query.cursor),
        subjectId: query.subjectId,
        purposeId: query.purposeId === undefined ? undefined : bareId('purpose', query.purposeId),
        status: query.status,
        limit: query.limit,
      }),
    );
    return toPage(rows, query.limit, (row) => [row.id], showConsent);
  };

  const read: Handler<typeof readConsent> = ({ tenantId }, { params }) =>
    db.tenant(tenantId, (tx) => present(tx, tenantId, bareId('consent', params.id)));

  const withdrawOne: Handler<typeof withdrawConsent> = async (context, { params, body }) => {
    const { tenantId } = context;
    const id = bareId('consent', params.id);
    return db.tenant(tenantId, async (tx) => {
      await withdraw(tx, deps, context, id, { reason: body.reason ?? null, email: body.email ?? null });
      return present(tx, tenantId, id);
    });
  };

  const tellAgain: Handler<typeof tellWithdrawal> = async (context, { params, body }) => {
    const { tenantId } = context;
    const id = bareId('consent', params.id);
    return db.tenant(tenantId, async (tx) => {
      const grant = await present(tx, tenantId, id);
      if (grant.withdrawal === null) throw notWithdrawn();
      const again = await notifyAgain(tx, deps, { tenantId, consentId: id, email: body.email ?? null });
      if (again.length > 0) {
        // Whose address it was is nobody's to read in the audit log.
        const details = { to: again };
        await record(tx, context, { action: 'consent.told_again', subject: params.id, details });
      }
      return present(tx, tenantId, id);
    });
  };

  const check: Handler<typeof checkConsent> = async ({ tenantId }, { query }) =>
    db.tenant(tenantId, async (tx) => {
      const { subjectId, purpose: purposeKey } = query;
      const found = await gate.findConsents(tx, { tenantId, subjectIds: [subjectId], purposeKey });
      const answer = found.get(subjectId) ?? 'never_granted';
      const latest = await readLatest(tx, tenantId, purposeKey, subjectId, clock.now());
      return {
        inForce: typeof answer !== 'string',
        reason: typeof answer === 'string' ? answer : null,
        consent: latest === undefined ? null : showConsent(latest),
      };
    });

  const entries = async (tx: Tx, tenantId: string, query: LedgerQuery) =>
    toPage(
      await listEntryRows(tx, tenantId, {
        before: query.cursor === undefined ? undefined : idCursor(query.cursor),
        subjectId: query.subjectId,
        purposeId: query.purposeId === undefined ? undefined : bareId('purpose', query.purposeId),
        kind: query.kind,
        limit: query.limit,
      }),
      query.limit,
      (row) => [row.id],
      showEntry,
    );

  const ledger: Handler<typeof listLedger> = ({ tenantId }, { query }) =>
    db.tenant(tenantId, (tx) => entries(tx, tenantId, query));

  const exportAll: Handler<typeof exportLedger> = async (context, { query }) => {
    const { tenantId } = context;
    const { format, cursor, ...filter } = query;
    const isFirst = cursor === undefined;
    return db.tenant(tenantId, async (tx) => {
      const page = await entries(tx, tenantId, query);
      // Personal data leaves in bulk: that, too, is something to be held to account for.
      if (isFirst) await record(tx, context, { action: 'consent.exported', details: { format, ...filter } });
      return {
        text: exportLines(page.data, format, isFirst),
        mediaType: mediaTypes[format],
        fileName: `consent-ledger-${clock.now().toISOString().slice(0, 10)}.${format}`,
        nextCursor: page.nextCursor,
      };
    });
  };

  return { create, list, read, withdraw: withdrawOne, tellAgain, check, ledger, export: exportAll };
}
