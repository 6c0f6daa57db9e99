import type { Role, Source } from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';
import { publicId } from '../kernel/index.ts';
import type { IngestDeps } from './deps.ts';
import { openToken, verifyTokenOf } from './source-keys.ts';
import { readSecrets, type SecretRow, type SourceRow } from './source-store.ts';

/** Where a source is posted to: an integration's has the address that its provider knows it by, anybody else's a secret one. */
function urlOf(publicUrl: string, row: SourceRow, token: string): string {
  return row.integration_id === null
    ? `${publicUrl}/in/${token}`
    : `${publicUrl}/api/integrations/${publicId('integration', row.integration_id)}/webhook`;
}

/**
 * Sources as the API shows them. Whoever only looks on is not shown the URL: where nothing is verified, it is all that
 * keeps a stranger out.
 */
export async function showSources(
  tx: Tx,
  deps: Pick<IngestDeps, 'vault' | 'clock' | 'publicUrl' | 'registry'>,
  reader: { tenantId: string; role: Role | null },
  rows: readonly SourceRow[],
): Promise<Source[]> {
  const { tenantId } = reader;
  const ids = rows.map((row) => row.id);
  const secrets = ids.length === 0 ? [] : await readSecrets(tx, tenantId, ids, deps.clock.now());
  const shown: Source[] = [];
  for (const row of rows) {
    const own = secrets.filter((secret) => secret.source_id === row.id);
    const token =
      reader.role === 'viewer'
        ? undefined
        : await openToken(tx, deps.vault, tenantId, row.id, row.token_sealed);
    shown.push(showSource(deps, row, own, token));
  }
  return shown;
}

function showSource(
  { publicUrl, registry }: Pick<IngestDeps, 'publicUrl' | 'registry'>,
  row: SourceRow,
  secrets: readonly SecretRow[],
  token: string | undefined,
): Source {
  const asks = row.provider !== null && registry.find(row.provider)?.webhooks?.challenge !== undefined;
  const { hours, ...dedupe } = row.dedupe;
  return {
    id: publicId('source', row.id),
    name: row.name,
    integrationId: row.integration_id === null ? null : publicId('integration', row.integration_id),
    provider: row.provider,
    status: row.status,
    url: token === undefined ? null : urlOf(publicUrl, row, token),
    verifyToken: token !== undefined && asks ? verifyTokenOf(token) : null,
    scheme: row.scheme,
    allow: row.allow,
    maxBytes: row.max_bytes,
    perMinute: row.per_minute,
    dedupe,
    dedupeHours: hours,
    eventType: row.event_type,
    forward: row.forward,
    processor: row.processor,
    keepDays: row.keep_days,
    secrets: secrets.map((secret) => ({
      connectionId: secret.connection_id === null ? null : publicId('connection', secret.connection_id),
      createdAt: secret.created_at.toISOString(),
      expiresAt: secret.expires_at?.toISOString() ?? null,
    })),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    version: row.version,
  };
}
