import { webhookSettings, type Webhook, type WebhookSettings } from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';
import { publicId } from '../kernel/index.ts';
import { certificateEnd } from './client-certificate.ts';
import { closedCircuit, type Circuit } from './judge-circuit.ts';

export interface WebhookRow {
  id: string;
  name: string;
  url: string;
  events: string[];
  status: Webhook['status'];
  reason: string | null;
  /** What differs from the defaults, as it was given. */
  settings: object;
  circuit: Circuit | null;
  version: number;
  created_at: Date;
  updated_at: Date;
}

const columns = 'id, name, url, events, status, reason, settings, circuit, version, created_at, updated_at';

/** A webhook's settings with the defaults where it has none of its own. */
export function settingsOf(row: { settings: object }): WebhookSettings {
  return webhookSettings.parse(row.settings);
}

export function showWebhook(row: WebhookRow): Webhook {
  const settings = settingsOf(row);
  const end = settings.auth.kind === 'mtls' ? certificateEnd(settings.auth.certificate) : undefined;
  return {
    id: publicId('webhook', row.id),
    name: row.name,
    url: row.url,
    events: row.events,
    status: row.status,
    reason: row.reason,
    circuit: showCircuit(row.circuit ?? closedCircuit),
    settings,
    certificateExpiresAt: end?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    version: row.version,
  };
}

function showCircuit({ state, since, until, reason }: Circuit): Webhook['circuit'] {
  const moment = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  return { state, since: moment(since), until: moment(until), reason };
}

const only = async <T>(rows: Promise<T[]>): Promise<T | undefined> => (await rows)[0];

export async function insertWebhook(
  tx: Tx,
  tenantId: string,
  webhook: {
    id: string;
    name: string;
    url: string;
    events: readonly string[];
    status: 'active' | 'paused';
    settings: object;
    authSecret: Buffer | null;
  },
): Promise<WebhookRow> {
  const row = await only(
    tx.query<WebhookRow>(
      `insert into webhooks (tenant_id, id, name, url, events, status, settings, auth_secret)
       values ($1, $2, $3, $4, $5, $6, $7, $8) returning ${columns}`,
      [
        tenantId,
        webhook.id,
        webhook.name,
        webhook.url,
        webhook.events,
        webhook.status,
        JSON.stringify(webhook.settings),
        webhook.authSecret,
      ],
    ),
  );
  return row!;
}

/** Webhooks of the tenant, newest first; one more than `limit`, so that the caller sees whether there are more. */
export function listWebhookRows(
  tx: Tx,
  tenantId: string,
  page: { before?: string | undefined; limit: number },
): Promise<WebhookRow[]> {
  return tx.query(
    `select ${columns} from webhooks
      where tenant_id = $1 and deleted_at is null and ($2::uuid is null or id < $2) order by id desc limit $3`,
    [tenantId, page.before ?? null, page.limit + 1],
  );
}

export function readWebhookRow(tx: Tx, tenantId: string, id: string): Promise<WebhookRow | undefined> {
  return only(
    tx.query(`select ${columns} from webhooks where tenant_id = $1 and id = $2 and deleted_at is null`, [
      tenantId,
      id,
    ]),
  );
}

/** Reads it with a lock, so that it stays as it is until the transaction ends. */
export function lockWebhook(tx: Tx, tenantId: string, id: string): Promise<WebhookRow | undefined> {
  return only(
    tx.query(
      `select ${columns} from webhooks where tenant_id = $1 and id = $2 and deleted_at is null for update`,
      [tenantId, id],
    ),
  );
}

export async function updateWebhookRow(
  tx: Tx,
  tenantId: string,
  id: string,
  webhook: {
    name: string;
    url: string;
    events: readonly string[];
    status: string;
    reason: string | null;
    settings: object;
    authSecret: Buffer | null;
    /** Whether what failed so far says nothing about it any more. */
    closesCircuit: boolean;
  },
): Promise<WebhookRow> {
  const row = await only(
    tx.query<WebhookRow>(
      `update webhooks set name = $3, url = $4, events = $5, status = $6, reason = $7, settings = $8,
              auth_secret = $9,
              circuit = case when $10 and circuit is not null
                then $11::jsonb || jsonb_build_object('transitions', (circuit->>'transitions')::int + 1) else circuit end,
              version = version + 1, updated_at = now()
        where tenant_id = $1 and id = $2 returning ${columns}`,
      [
        tenantId,
        id,
        webhook.name,
        webhook.url,
        webhook.events,
        webhook.status,
        webhook.reason,
        JSON.stringify(webhook.settings),
        webhook.authSecret,
        webhook.closesCircuit,
        JSON.stringify(closedCircuit),
      ],
    ),
  );
  return row!;
}

/** @returns undefined when it is disabled or gone already */
export function markDisabled(
  tx: Tx,
  tenantId: string,
  id: string,
  reason: string,
): Promise<{ name: string; url: string } | undefined> {
  return only(
    tx.query<{ name: string; url: string }>(
      `update webhooks set status = 'disabled', reason = $3, version = version + 1, updated_at = now()
        where tenant_id = $1 and id = $2 and status <> 'disabled' and deleted_at is null returning name, url`,
      [tenantId, id, reason],
    ),
  );
}

/** Puts aside what waits for a webhook. What is claimed is on its way; it is put aside when it comes back. */
export async function holdWaiting(tx: Tx, tenantId: string, webhookId: string): Promise<void> {
  await tx.query(
    `update delivery_queue set lane = 'held'
      where tenant_id = $1 and webhook_id = $2 and lane <> 'held' and claimed_by is null`,
    [tenantId, webhookId],
  );
}

/**
 * Marks a webhook as deleted, erases its secrets, and ends what waits for it, each with an attempt that says so. That is
 * no failure: nobody wants it any more. The row stays for the log, which names it. What is claimed is ended when it comes
 * back.
 */
export async function removeWebhook(
  tx: Tx,
  tenantId: string,
  id: string,
  about: { why: string; processId: string; now: Date },
): Promise<boolean> {
  const rows = await tx.query(
    `update webhooks set deleted_at = $3, auth_secret = null, version = version + 1, updated_at = now()
      where tenant_id = $1 and id = $2 and deleted_at is null returning id`,
    [tenantId, id, about.now],
  );
  if (rows.length === 0) return false;
  await tx.query('delete from webhook_secrets where tenant_id = $1 and webhook_id = $2', [tenantId, id]);
  await tx.query(
    `with dropped as (
       delete from delivery_queue where tenant_id = $1 and webhook_id = $2 and claimed_by is null
       returning delivery_id, attempt)
     insert into attempts (tenant_id, delivery_id, number, webhook_id, outcome, error, request_headers, duration_ms,
                           started_at, process_id)
     select $1, delivery_id, attempt, $2, 'skipped', $3, '{}', 0, $4, $5 from dropped
     on conflict do nothing`,
    [tenantId, id, about.why, about.now, about.processId],
  );
  return true;
}
