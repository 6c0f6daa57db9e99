import type { listSigningKeys, rotateWebhookSecret } from '@mortise/contract';
import { record } from '../audit/index.ts';
import { bareId, notFound, systemClock, type Handler } from '../kernel/index.ts';
import { announceWebhook } from './announce-webhook.ts';
import type { DeliveryRoutesOptions } from './route-options.ts';
import { expireSecrets, listSecrets } from './secret-store.ts';
import { createSigningSecrets, overlapMs } from './signing-secrets.ts';
import { lockWebhook, readWebhookRow, settingsOf } from './webhook-store.ts';

/** The handlers about what a webhook signs with. */
export function signingRoutes(options: DeliveryRoutesOptions) {
  const { db, vault, clock = systemClock } = options;
  const secrets = createSigningSecrets(vault);

  const rotateSecret: Handler<typeof rotateWebhookSecret> = async (context, { params }) => {
    const { tenantId } = context;
    const id = bareId('webhook', params.id);
    const now = clock.now();
    const until = new Date(now.getTime() + overlapMs);
    return db.tenant(tenantId, async (tx) => {
      const webhook = await lockWebhook(tx, tenantId, id);
      if (webhook === undefined) throw notFound();
      await expireSecrets(tx, tenantId, id, until, now);
      const secret = await secrets.add(tx, tenantId, id, settingsOf(webhook).signing);
      const previousValidUntil = until.toISOString();
      await record(tx, context, {
        action: 'webhook.secret_rotated',
        subject: params.id,
        details: { previousValidUntil },
      });
      announceWebhook(tx, options, tenantId, id);
      return { secret, previousValidUntil };
    });
  };

  const signingKeys: Handler<typeof listSigningKeys> = async ({ tenantId }, { params }) => {
    const id = bareId('webhook', params.id);
    const rows = await db.tenant(tenantId, async (tx) => {
      if ((await readWebhookRow(tx, tenantId, id)) === undefined) throw notFound();
      return listSecrets(tx, tenantId, id, clock.now());
    });
    return {
      data: rows.map((row) => ({
        kind: row.public_key === null ? ('hmac' as const) : ('ed25519' as const),
        publicKey: row.public_key,
        createdAt: row.created_at.toISOString(),
        expiresAt: row.expires_at?.toISOString() ?? null,
      })),
    };
  };

  return { rotateSecret, signingKeys };
}
