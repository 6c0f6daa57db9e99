import type {
  createWebhook,
  deleteWebhook,
  listWebhooks,
  readWebhook,
  updateWebhook,
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
  systemClock,
  toPage,
  type Creation,
  type Handler,
} from '../kernel/index.ts';
import { announceWebhook } from './announce-webhook.ts';
import { checkSettings, checkTransform } from './check-settings.ts';
import { versionMismatch } from './errors.ts';
import { keyWaiting } from './queue-store.ts';
import { lockReplayOf, releaseHeld } from './release-held.ts';
import type { DeliveryRoutesOptions } from './route-options.ts';
import { expireSecrets, readAuthSecret } from './secret-store.ts';
import { createSigningSecrets, overlapMs } from './signing-secrets.ts';
import { authPlace } from './target.ts';
import {
  holdWaiting,
  insertWebhook,
  listWebhookRows,
  lockWebhook,
  readWebhookRow,
  removeWebhook,
  settingsOf,
  showWebhook,
  updateWebhookRow,
} from './webhook-store.ts';

/** The handlers that make, show, change and remove webhooks. */
export function webhookRoutes(options: DeliveryRoutesOptions) {
  const { db, vault, clock = systemClock } = options;
  const secrets = createSigningSecrets(vault);
  const changed = (tx: Tx, tenantId: string, id: string) => announceWebhook(tx, options, tenantId, id);

  const create: Creation<typeof createWebhook> = async (context, { body }, tx) => {
    const { tenantId } = context;
    const id = newId();
    const { authSecret, settings = {}, url } = body;
    const whole = settingsOf({ settings });
    checkSettings(options, { url, settings: whole, authSecret, changed: body });
    await checkTransform(options, tenantId, whole.transform);
    const sealed =
      authSecret === undefined ? null : await vault.seal(tx, authPlace(tenantId, id), authSecret);
    const row = await insertWebhook(tx, tenantId, { ...body, id, settings, authSecret: sealed });
    const secret = await secrets.add(tx, tenantId, row.id, whole.signing);
    await record(tx, context, {
      action: 'webhook.created',
      subject: publicId('webhook', row.id),
      details: { name: row.name, url: row.url, events: row.events, status: row.status },
    });
    changed(tx, tenantId, row.id);
    return new Reply({ ...showWebhook(row), secret }, etag(row.version));
  };

  const list: Handler<typeof listWebhooks> = async ({ tenantId }, { query }) => {
    const before = query.cursor === undefined ? undefined : idCursor(query.cursor);
    const rows = await db.tenant(tenantId, (tx) =>
      listWebhookRows(tx, tenantId, { before, limit: query.limit }),
    );
    return toPage(rows, query.limit, (row) => [row.id], showWebhook);
  };

  const read: Handler<typeof readWebhook> = async ({ tenantId }, { params }) => {
    const row = await db.tenant(tenantId, (tx) => readWebhookRow(tx, tenantId, bareId('webhook', params.id)));
    if (row === undefined) throw notFound();
    return new Reply(showWebhook(row), etag(row.version));
  };

  const update: Handler<typeof updateWebhook> = async (context, { params, body }) => {
    const { tenantId } = context;
    const id = bareId('webhook', params.id);
    const version = ifMatch(context);
    const { authSecret, ...shown } = body;
    // Before the transaction: it may have to wait for its turn.
    await checkTransform(options, tenantId, body.settings?.transform ?? null);
    const answer = await db.tenant(tenantId, async (tx) => {
      if (body.status === 'active') await lockReplayOf(tx, tenantId, id);
      const before = await lockWebhook(tx, tenantId, id);
      if (before === undefined) throw notFound();
      if (version !== undefined && version !== before.version) throw versionMismatch();
      const url = body.url ?? before.url;
      const settings = { ...before.settings, ...body.settings };
      const [was, is] = [settingsOf(before), settingsOf({ settings })];
      const kept = was.auth.kind === is.auth.kind ? await readAuthSecret(tx, tenantId, id) : null;
      const inForce =
        authSecret ?? (kept === null ? undefined : await vault.open(tx, authPlace(tenantId, id), kept));
      checkSettings(options, { url, settings: is, authSecret: inForce, changed: body });
      const after = await updateWebhookRow(tx, tenantId, id, {
        name: body.name ?? before.name,
        url,
        events: body.events ?? before.events,
        status: body.status ?? before.status,
        reason: body.status === undefined ? before.reason : null,
        settings,
        closesCircuit:
          (before.status !== 'active' && body.status === 'active') ||
          (body.url !== undefined && body.url !== before.url),
        authSecret:
          authSecret === undefined ? kept : await vault.seal(tx, authPlace(tenantId, id), authSecret),
      });
      if (before.status === 'active' && after.status !== 'active') await holdWaiting(tx, tenantId, id);
      if (before.status !== 'active' && after.status === 'active')
        await releaseHeld(tx, tenantId, id, clock.now());
      if (JSON.stringify(was.consent) !== JSON.stringify(is.consent))
        await keyWaiting(tx, tenantId, id, is.consent);
      const secret =
        was.signing === is.signing ? undefined : await changeSigning(tx, tenantId, id, is.signing);
      await record(tx, context, {
        action: 'webhook.updated',
        subject: params.id,
        details: { changed: authSecret === undefined ? shown : { ...shown, authSecret: '[changed]' } },
      });
      changed(tx, tenantId, id);
      return { ...showWebhook(after), ...(secret === undefined ? {} : { secret }) };
    });
    return new Reply(answer, etag(answer.version));
  };

  /** A key of the new kind; the one before it signs too for a while. */
  async function changeSigning(tx: Tx, tenantId: string, id: string, kind: 'hmac' | 'ed25519') {
    const now = clock.now();
    await expireSecrets(tx, tenantId, id, new Date(now.getTime() + overlapMs), now);
    return secrets.add(tx, tenantId, id, kind);
  }

  const remove: Handler<typeof deleteWebhook> = async (context, { params }) => {
    const { tenantId } = context;
    const id = bareId('webhook', params.id);
    const version = ifMatch(context);
    await db.tenant(tenantId, async (tx) => {
      const before = await lockWebhook(tx, tenantId, id);
      if (before === undefined) throw notFound();
      if (version !== undefined && version !== before.version) throw versionMismatch();
      const about = { why: 'The webhook was deleted.', processId: options.process.id, now: clock.now() };
      await removeWebhook(tx, tenantId, id, about);
      await record(tx, context, {
        action: 'webhook.deleted',
        subject: params.id,
        details: { name: before.name, url: before.url },
      });
      changed(tx, tenantId, id);
    });
    return undefined;
  };

  return { create, list, read, update, remove };
}
