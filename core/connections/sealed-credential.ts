import type { Credential, TokenSet } from '@mortise/providers/kit';
import type { Tx } from '@mortise/platform/database';
import type { Place, Vault } from '../vault/index.ts';

/** A credential, and what was asked before the account was connected: it fills `{name}` in the provider's hosts. */
export interface OpenedCredential {
  credential: Credential;
  inputs: Readonly<Record<string, string>>;
}

/** Whose it is; bare ids. */
export interface Owned {
  tenantId: string;
  connectionId: string;
}

const place = ({ tenantId, connectionId }: Owned): Place => ({
  tenantId,
  table: 'credentials',
  row: connectionId,
  field: 'sealed',
});

/** What lies sealed in a row. The inputs lie with the credential: without them nobody knows where it may be sent. */
type Sealed = Credential & { inputs?: Readonly<Record<string, string>> };

/** Dates do not survive JSON by themselves. */
function revive(credential: Credential): Credential {
  if (credential.kind !== 'oauth2') return credential;
  const { expiresAt, refreshExpiresAt, ...rest } = credential.tokens;
  const tokens: TokenSet = { ...rest };
  if (expiresAt !== undefined) tokens.expiresAt = new Date(expiresAt);
  if (refreshExpiresAt !== undefined) tokens.refreshExpiresAt = new Date(refreshExpiresAt);
  return { kind: 'oauth2', tokens };
}

const dayMs = 86_400_000;

export const expiryOf = (credential: Credential) =>
  credential.kind === 'oauth2' ? credential.tokens.expiresAt : undefined;

/**
 * When a token is to be refreshed in the background: 15 minutes ahead, or at two thirds of a life that is too short
 * for that; with a sixth of its life left where that is days, since a token that renews itself is gone for good once
 * it has lapsed. undefined when it does not lapse.
 */
export function refreshAt(credential: Credential, now: Date): Date | undefined {
  const expiresAt = expiryOf(credential);
  if (expiresAt === undefined) return undefined;
  const life = Math.max(0, expiresAt.getTime() - now.getTime());
  const ahead = life > 6 * dayMs ? life / 6 : Math.min(15 * 60_000, life / 3);
  return new Date(expiresAt.getTime() - ahead);
}

export async function openCredential(
  tx: Tx,
  vault: Vault,
  whose: Owned,
  sealed: Buffer,
): Promise<OpenedCredential> {
  const text = await vault.open(tx, place(whose), sealed);
  const { inputs = {}, ...credential } = JSON.parse(text) as Sealed;
  return { credential: revive(credential), inputs };
}

export function sealCredential(
  tx: Tx,
  vault: Vault,
  whose: Owned,
  { credential, inputs }: OpenedCredential,
): Promise<Buffer> {
  return vault.seal(tx, place(whose), JSON.stringify({ ...credential, inputs } satisfies Sealed));
}
