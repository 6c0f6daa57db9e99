import type { KeyObject } from 'node:crypto';
import type { WebhookSettings } from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';
import type { Vault } from '../vault/index.ts';
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
  /** The secret part of `settings.auth`; undefined where its kind has none. */
  readonly authSecret: string | undefined;
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
   * The settings alone, without opening a secret.
   *
   * @param row the version tells whether what was made before still holds
   */
  settings(row: Pick<TargetRow, 'id' | 'version' | 'settings'>): WebhookSettings;
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
  const parsed = new Map<string, { version: number; settings: WebhookSettings }>();
  const made = new Map<string, { target: Target; secretIds: string }>();

  const settings: Targets['settings'] = (row) => {
    const known = parsed.get(row.id);
    if (known?.version === row.version) return known.settings;
    const fresh = settingsOf(row);
    keep(parsed, row.id, { version: row.version, settings: fresh });
    return fresh;
  };

  return {
    settings,
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
      const target: Target = {
        webhookId: row.id,
        version: row.version,
        url: row.url,
        settings: settings(row),
        keys,
        authSecret,
      };
      keep(made, row.id, { target, secretIds });
      return target;
    },
  };
}

function keep<T>(map: Map<string, T>, id: string, value: T): void {
  map.delete(id);
  const [oldest] = map.keys();
  if (map.size >= mostKept && oldest !== undefined) map.delete(oldest);
  map.set(id, value);
}
