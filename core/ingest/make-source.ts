import type { Dedupe, Scheme } from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';
import { newTraceId } from '@mortise/platform/telemetry';
import { record, type AuditContext } from '../audit/index.ts';
import { newId, publicId, systemActor } from '../kernel/index.ts';
import { usualDedupe, usualDedupeHours, usualSettings, type IngestDeps } from './deps.ts';
import { makeToken, sealSecret, sealToken, tokenHash } from './source-keys.ts';
import { insertSecret, insertSource, type SourceValues } from './source-store.ts';

export interface NewSource extends Partial<Omit<SourceValues, 'dedupe' | 'name' | 'scheme'>> {
  /** Bare. */
  id: string;
  name: string;
  integrationId: string | null;
  scheme: Scheme;
  dedupe?: Dedupe | undefined;
  dedupeHours?: number;
}

/**
 * Makes a source in the caller's transaction, with a new URL and no secret yet.
 *
 * @param context who makes it; Mortise itself, when only the tenant is named
 * @returns false when the integration has one already
 */
export async function makeSource(
  tx: Tx,
  deps: Pick<IngestDeps, 'vault' | 'hints'>,
  context: { tenantId: string } | AuditContext,
  source: NewSource,
): Promise<boolean> {
  const { tenantId } = context;
  const token = makeToken();
  const { id, integrationId, dedupe, dedupeHours, ...values } = source;
  const made = await insertSource(tx, tenantId, {
    ...usualSettings,
    ...values,
    id,
    dedupe: { ...(dedupe ?? usualDedupe(source.scheme)), hours: dedupeHours ?? usualDedupeHours },
    integration_id: integrationId,
    token_hash: tokenHash(token),
    token_sealed: await sealToken(tx, deps.vault, tenantId, id, token),
  });
  if (!made) return false;
  const subject = publicId('source', id);
  const by = 'actor' in context ? context : { tenantId, actor: systemActor, traceId: newTraceId() };
  const { name, scheme } = source;
  await record(tx, by, { action: 'source.created', subject, details: { name, scheme: scheme.type } });
  tx.afterCommit(() => deps.hints.publish(tenantId, { kind: 'source', id: subject }));
  return true;
}

/** Seals one more secret of a source. */
export async function addSecret(
  tx: Tx,
  deps: Pick<IngestDeps, 'vault'>,
  tenantId: string,
  secret: { sourceId: string; connectionId: string | null; text: string },
): Promise<void> {
  const id = newId();
  const sealed = await sealSecret(tx, deps.vault, tenantId, id, secret.text);
  await insertSecret(tx, tenantId, { id, ...secret, sealed });
}
