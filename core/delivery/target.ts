import type { KeyObject } from 'node:crypto';
import type { WebhookSettings } from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';
import type { ClientTls } from '@mortise/platform/egress';
import type { Vault } from '../vault/index.ts';
import { compileFilter, type CompiledFilter } from './compile-filter.ts';
import { createSigningSecrets } from './signing-secrets.ts';
import { settingsOf } from './webhook-store.ts';

/** A webhook as the pipeline needs it: all that a send takes, made once a version and shared by its deliveries. */
export interface Target {
  readonly webhookId: string;
  readonly version: number;
  readonly url: string;
  readonly settings: WebhookSettings;
  /** The signing keys in force, newest first. */
  readonly keys: readonly KeyObject[];
  /** Which of them is the newest; null where there is none. */
  readonly newestSecretId: string | null;
  /** The secret part of `settings.auth`; undefined where its kind has none. */
  readonly authSecret: string | undefined;
  /** The client certificate, where `settings.auth` has one. */
  readonly tls: ClientTls | undefined;
}

/** What of a webhook's version decides whether an event is for it. */
export interface Plan {
  readonly settings: WebhookSettings;
  /** undefined where every event of its types is wanted. */
  readonly filter: CompiledFilter | undefined;
}

/** What of a webhook's row a target is made of. */
export interface TargetRow {
  id: string;
  version: number;
  url: string;
  settings: object;
  auth_secret: Buffer | null;
  secret_ids: string[] | null;
  sealed: Buffer[] | null;
}

export interface Targets {
  /**
   * The settings and what is made of them, without opening a secret.
   *
   * @param row the version tells whether what was made before still holds
   */
  plan(row: Pick<TargetRow, 'id' | 'version' | 'settings'>): Plan;
  /** @throws VaultError when a secret does not open */
  open(tx: Tx, tenantId: string, row: TargetRow): Promise<Target>;
}

/** Where the secret part of a webhook's auth is sealed. */
export const authPlace = (tenantId: string, webhookId: string) => ({
  tenantId,
  table: 'webhooks',
  row: webhookId,
  field: 'auth_secret',
});

const mostKept = 10_000;

/** Makes targets of rows and keeps them as long as the row's version and its secrets in force are the same. */
export function createTargets(vault: Vault): Targets {
  const secrets = createSigningSecrets(vault);
  const plans = new Map<string, { version: number; plan: Plan }>();
  const made = new Map<string, { target: Target; secretIds: string }>();

  const plan: Targets['plan'] = (row) => {
    const known = plans.get(row.id);
    if (known?.version === row.version) return known.plan;
    const settings = settingsOf(row);
    const filter = settings.filter === null ? undefined : compileFilter(settings.filter);
    const fresh = { settings, filter };
    keep(plans, row.id, { version: row.version, plan: fresh });
    return fresh;
  };

  return {
    plan,
    async open(tx, tenantId, row) {
      const ids = row.secret_ids ?? [];
      const secretIds = ids.join();
      const known = made.get(row.id);
      if (known?.target.version === row.version && known.secretIds === secretIds) return known.target;
      const keys = await secrets.open(tx, tenantId, { ids, sealed: row.sealed ?? [] });
      const authSecret =
        row.auth_secret === null
          ? undefined
          : await vault.open(tx, authPlace(tenantId, row.id), row.auth_secret);
      const { settings } = plan(row);
      const target: Target = {
        webhookId: row.id,
        version: row.version,
        url: row.url,
        settings,
        keys,
        newestSecretId: ids[0] ?? null,
        authSecret,
        tls: tlsOf(settings.auth, authSecret),
      };
      keep(made, row.id, { target, secretIds });
      return target;
    },
  };
}

function tlsOf(auth: WebhookSettings['auth'], key: string | undefined): ClientTls | undefined {
  if (auth.kind !== 'mtls' || key === undefined) return undefined;
  return { cert: auth.certificate, key, ...(auth.ca === undefined ? {} : { ca: auth.ca }) };
}

function keep<T>(map: Map<string, T>, id: string, value: T): void {
  map.delete(id);
  const [oldest] = map.keys();
  if (map.size >= mostKept && oldest !== undefined) map.delete(oldest);
  map.set(id, value);
}
