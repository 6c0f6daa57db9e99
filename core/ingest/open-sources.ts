import type { Dedupe, Scheme } from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';
import type { Webhooks } from '@mortise/providers/kit';
import { readWebhookTarget, type WebhookTarget } from '../connections/index.ts';
import { MortiseError, newId } from '../kernel/index.ts';
import { VaultError } from '../vault/index.ts';
import type { IngestDeps } from './deps.ts';
import { makeSource } from './make-source.ts';
import { readNetworks, type Networks } from './networks.ts';
import { isToken, openSecret, openToken, tokenHash, verifyTokenOf } from './source-keys.ts';
import { keyOf, type OpenSecret } from './source-secret.ts';
import {
  findIntegration,
  findSource,
  readSecrets,
  readSourceOf,
  readSourceRow,
  type SourceRow,
} from './source-store.ts';

/** A source with all that taking a request in needs, nothing of which is asked of the database again. */
export interface OpenSource {
  tenantId: string;
  /** Bare. */
  id: string;
  scheme: Scheme;
  webhooks: Webhooks | undefined;
  secrets: readonly OpenSecret[];
  /** What must not be kept in headers. */
  secretTexts: readonly string[];
  verifyToken: string;
  networks: Networks;
  maxBytes: number;
  perMinute: number;
  dedupe: Dedupe;
  dedupeMs: number;
}

/** Where a request came in: at a source's own URL, or at an integration's. */
export type Door = { token: string } | { integrationId: string };

interface Entry {
  at: number;
  source: Promise<OpenSource | undefined>;
  /** Known once it is open. */
  tenantId?: string;
}

/** Changes are told at once; this is for those that were not heard of. */
const freshMs = 10_000;
const mostKept = 10_000;

/** Opens sources and keeps them, so that a request costs no look-up. What changes is dropped when a hint says so. */
export function createOpenSources(deps: IngestDeps) {
  const { db, vault } = deps;
  const kept = new Map<string, Entry>();

  async function load(door: Door): Promise<OpenSource | undefined> {
    if ('token' in door) {
      const found = await findSource(db, tokenHash(door.token));
      if (found === undefined) return undefined;
      const { tenantId, id } = found;
      return db.tenant(tenantId, async (tx) => open(tx, tenantId, await readSourceRow(tx, tenantId, id)));
    }
    const { integrationId } = door;
    const tenantId = await findIntegration(db, integrationId);
    if (tenantId === undefined) return undefined;
    return db.tenant(tenantId, async (tx) => {
      const row = await readSourceOf(tx, tenantId, integrationId);
      if (row !== undefined) return open(tx, tenantId, row);
      const target = await targetFor(tx, tenantId, integrationId);
      if (target?.provider.webhooks === undefined || !target.takesWebhooks) return undefined;
      // The first that a provider posts before anybody has set this up: kept and shown, or it would be lost in silence.
      const values = { id: newId(), name: target.name, integrationId, scheme: { type: 'provider' as const } };
      await makeSource(tx, deps, { tenantId }, values);
      return open(tx, tenantId, await readSourceOf(tx, tenantId, integrationId));
    });
  }

  /** Undefined when nothing here can read what this integration's provider posts. */
  async function targetFor(
    tx: Tx,
    tenantId: string,
    integrationId: string,
  ): Promise<WebhookTarget | undefined> {
    try {
      return await readWebhookTarget(tx, deps, tenantId, integrationId);
    } catch (error) {
      if (error instanceof MortiseError || error instanceof VaultError) return undefined;
      throw error;
    }
  }

  async function open(tx: Tx, tenantId: string, row: SourceRow | undefined): Promise<OpenSource | undefined> {
    if (row === undefined) return undefined;
    const target =
      row.integration_id === null ? undefined : await targetFor(tx, tenantId, row.integration_id);
    // Switched off in the integration's settings: to whoever posts it is as if there were no such place.
    if (target?.takesWebhooks === false) return undefined;
    const secrets: OpenSecret[] = [];
    const add = (text: string, of: Partial<OpenSecret> = {}) =>
      secrets.push({
        id: null,
        connectionId: null,
        expiresAt: null,
        ...of,
        text,
        key: keyOf(row.scheme, text),
      });
    if (target?.provider.webhooks?.secret === 'oauth_client') {
      if (target.clientSecret !== undefined) add(target.clientSecret);
    } else {
      for (const one of await readSecrets(tx, tenantId, [row.id], deps.clock.now())) {
        try {
          const of = { id: one.id, connectionId: one.connection_id, expiresAt: one.expires_at };
          add(await openSecret(tx, vault, tenantId, one.id, one.sealed), of);
        } catch (error) {
          if (!(error instanceof VaultError)) throw error;
          deps.logger.error({ err: error, sourceId: row.id }, 'A secret of a source does not open');
        }
      }
      for (const text of target?.sandboxSecrets ?? []) add(text);
    }
    const token = await openToken(tx, vault, tenantId, row.id, row.token_sealed);
    const { hours, ...dedupe } = row.dedupe;
    return {
      tenantId,
      id: row.id,
      scheme: row.scheme,
      webhooks: target?.provider.webhooks,
      secrets,
      secretTexts: [token, ...secrets.map(({ text }) => text)],
      verifyToken: verifyTokenOf(token),
      networks: readNetworks(row.allow),
      maxBytes: row.max_bytes,
      perMinute: row.per_minute,
      dedupe,
      dedupeMs: hours * 3_600_000,
    };
  }

  /** Forgets the sources of one tenant, or all. */
  function forget(tenantId?: string): void {
    for (const [name, entry] of kept) {
      // One that is being opened may be reading what was there before.
      if (tenantId === undefined || entry.tenantId === undefined || entry.tenantId === tenantId)
        kept.delete(name);
    }
  }

  deps.heard.subscribe((kind, tenantId) => {
    if (kind === 'resync') forget();
    else if (kind === 'source' || kind === 'integration') forget(tenantId);
  });

  return {
    forget,
    /** @returns undefined when there is no such source */
    async find(door: Door): Promise<OpenSource | undefined> {
      if ('token' in door && !isToken(door.token)) return undefined;
      const name = 'token' in door ? door.token : door.integrationId;
      const known = kept.get(name);
      if (known !== undefined && Date.now() - known.at < freshMs) return known.source;
      const entry: Entry = { at: Date.now(), source: load(door) };
      const [oldest] = kept.keys();
      if (kept.size >= mostKept && oldest !== undefined) kept.delete(oldest);
      kept.set(name, entry);
      const drop = () => kept.get(name) === entry && kept.delete(name);
      try {
        const source = await entry.source;
        if (source === undefined) drop();
        else entry.tenantId = source.tenantId;
        return source;
      } catch (error) {
        drop();
        throw error;
      }
    },
  };
}

export type OpenSources = ReturnType<typeof createOpenSources>;
