import type { ConsentCategory, ConsentText, LegalBasis, Purpose } from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';
import { publicId, storableJson, storableText } from '../kernel/index.ts';

export interface PurposeRow {
  id: string;
  key: string;
  name: string;
  legal_basis: LegalBasis;
  provider_category: ConsentCategory | null;
  text_version: number;
  least_text_version: number;
  archived_at: Date | null;
  version: number;
  created_at: Date;
  updated_at: Date;
}

const columns =
  'id, key, name, legal_basis, provider_category, text_version, least_text_version, archived_at, version, created_at, updated_at';

/** People are counted up to here: a page that lists purposes must not read all of a large ledger. */
const mostCounted = 10_000;

export function showPurpose(row: PurposeRow, inForce: number): Purpose {
  return {
    id: publicId('purpose', row.id),
    key: row.key,
    name: row.name,
    legalBasis: row.legal_basis,
    providerCategory: row.provider_category,
    textVersion: row.text_version,
    leastTextVersion: row.least_text_version,
    inForce,
    archivedAt: row.archived_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    version: row.version,
  };
}

interface TextRow {
  version: number;
  texts: object;
  requires_renewal: boolean;
  published_at: Date;
  published_by: string;
}

export function showText(row: TextRow): ConsentText {
  return {
    version: row.version,
    texts: row.texts as ConsentText['texts'],
    requiresRenewal: row.requires_renewal,
    publishedAt: row.published_at.toISOString(),
    publishedBy: row.published_by,
  };
}

const only = async <T>(rows: Promise<T[]>): Promise<T | undefined> => (await rows)[0];

/** @returns undefined when the key is taken */
export function insertPurpose(
  tx: Tx,
  tenantId: string,
  purpose: {
    id: string;
    key: string;
    name: string;
    legalBasis: LegalBasis;
    providerCategory: ConsentCategory | null;
    now: Date;
  },
): Promise<PurposeRow | undefined> {
  return only(
    tx.query(
      `insert into consent_purposes (tenant_id, id, key, name, legal_basis, provider_category, created_at, updated_at)
       values ($1, $2, $3, $4, $5, $6, $7, $7) on conflict (tenant_id, key) do nothing returning ${columns}`,
      [
        tenantId,
        purpose.id,
        purpose.key,
        storableText(purpose.name),
        purpose.legalBasis,
        purpose.providerCategory,
        purpose.now,
      ],
    ),
  );
}

/** Purposes of the tenant, newest first; one more than `limit`, so that the caller sees whether there are more. */
export function listPurposeRows(
  tx: Tx,
  tenantId: string,
  page: { before: string | undefined; limit: number },
): Promise<PurposeRow[]> {
  return tx.query(
    `select ${columns} from consent_purposes
      where tenant_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
    [tenantId, page.before ?? null, page.limit + 1],
  );
}

export function readPurposeRow(tx: Tx, tenantId: string, id: string): Promise<PurposeRow | undefined> {
  return only(
    tx.query(`select ${columns} from consent_purposes where tenant_id = $1 and id = $2`, [tenantId, id]),
  );
}

/** Reads it with a lock: nobody publishes or archives, nor grants, until the transaction ends. */
export function lockPurpose(tx: Tx, tenantId: string, id: string): Promise<PurposeRow | undefined> {
  return only(
    tx.query(`select ${columns} from consent_purposes where tenant_id = $1 and id = $2 for no key update`, [
      tenantId,
      id,
    ]),
  );
}

/** Reads it by its key and keeps it as it is until the transaction ends; many may do so at once. */
export function holdPurpose(tx: Tx, tenantId: string, key: string): Promise<PurposeRow | undefined> {
  return only(
    tx.query(`select ${columns} from consent_purposes where tenant_id = $1 and key = $2 for share`, [
      tenantId,
      key,
    ]),
  );
}

export async function updatePurposeRow(
  tx: Tx,
  tenantId: string,
  row: PurposeRow,
  now: Date,
): Promise<PurposeRow> {
  const after = await only(
    tx.query<PurposeRow>(
      `update consent_purposes
          set name = $3, legal_basis = $4, text_version = $5, least_text_version = $6, archived_at = $7,
              provider_category = $8, version = version + 1, updated_at = $9
        where tenant_id = $1 and id = $2 returning ${columns}`,
      [
        tenantId,
        row.id,
        storableText(row.name),
        row.legal_basis,
        row.text_version,
        row.least_text_version,
        row.archived_at,
        row.provider_category,
        now,
      ],
    ),
  );
  return after!;
}

export async function insertText(
  tx: Tx,
  tenantId: string,
  purposeId: string,
  text: { version: number; texts: object; requiresRenewal: boolean; now: Date; by: string },
): Promise<TextRow> {
  const row = await only(
    tx.query<TextRow>(
      `insert into consent_texts (tenant_id, purpose_id, version, texts, requires_renewal, published_at, published_by)
       values ($1, $2, $3, $4, $5, $6, $7)
       returning version, texts, requires_renewal, published_at, published_by`,
      [
        tenantId,
        purposeId,
        text.version,
        storableJson(text.texts),
        text.requiresRenewal,
        text.now,
        storableText(text.by),
      ],
    ),
  );
  return row!;
}

/** Every text of a purpose, newest first. */
export function listTextRows(tx: Tx, tenantId: string, purposeId: string): Promise<TextRow[]> {
  return tx.query(
    `select version, texts, requires_renewal, published_at, published_by from consent_texts
      where tenant_id = $1 and purpose_id = $2 order by version desc`,
    [tenantId, purposeId],
  );
}

/** How many people's grant of each purpose holds at a moment, by purpose, counted up to 10,000. */
export async function countInForce(
  tx: Tx,
  tenantId: string,
  purposeIds: readonly string[],
  now: Date,
): Promise<ReadonlyMap<string, number>> {
  const rows = await tx.query<{ id: string; count: number }>(
    `select p.id, c.count
       from consent_purposes p
      cross join lateral (
        select count(*)::int as count from (
          select from consents s
           where s.tenant_id = p.tenant_id and s.purpose_id = p.id and s.withdrawn_at is null
             and s.text_version >= p.least_text_version and (s.expires_at is null or s.expires_at > $3)
           limit ${mostCounted}) held) c
      where p.tenant_id = $1 and p.id = any ($2::uuid[]) and p.archived_at is null`,
    [tenantId, purposeIds, now],
  );
  return new Map(rows.map((row) => [row.id, row.count]));
}
