import { createHash, randomBytes } from 'node:crypto';
import { sameSecret } from '../webhooks/same-secret.ts';

export interface Grant {
  id: string;
  clientId: string;
  accountId: string;
  scopes: string[];
  createdAt: number;
  revokedAt?: number;
}

interface Code {
  code: string;
  grantId: string;
  redirectUri: string;
  challenge?: string;
  expiresAt: number;
  used?: boolean;
}

export interface IssuedToken {
  token: string;
  kind: 'access' | 'refresh';
  grantId: string;
  issuedAt: number;
  expiresAt?: number;
  revokedAt?: number;
}

export interface TokensSnapshot {
  grants: Grant[];
  codes: Code[];
  tokens: IssuedToken[];
}

export interface TokenOptions {
  accessTtlMs: number;
  codeTtlMs: number;
  rotateRefresh: boolean;
  length: number;
  /** For ever when absent. */
  refreshTtlMs?: number;
  /** False where there are none, and access tokens are made of access tokens (`issueAccess`). */
  refreshTokens?: boolean;
}

export interface TokenPair {
  accessToken: string;
  /** Empty where the provider has none. */
  refreshToken: string;
  /** Seconds. */
  expiresIn: number;
  refreshExpiresIn?: number;
  grant: Grant;
}

export type RedeemFailure =
  | 'unknown_code'
  | 'used_code'
  | 'expired_code'
  | 'redirect_mismatch'
  | 'wrong_verifier';

const ANCIENT_MS = 24 * 3600_000;

/**
 * Codes, tokens and the grants they belong to. A code lives once; a code used twice ends the grant that came of it
 * (RFC 6749 4.1.2). Tokens are random, never derived: they survive a restart only through a snapshot.
 */
export class TokenStore {
  readonly #options: TokenOptions;
  readonly #now: () => Date;
  readonly #onChange: () => void;
  #grants = new Map<string, Grant>();
  #codes = new Map<string, Code>();
  #tokens = new Map<string, IssuedToken>();

  constructor(options: TokenOptions, now: () => Date, onChange: () => void) {
    this.#options = options;
    this.#now = now;
    this.#onChange = onChange;
  }

  /** A code for a consent that was given. `challenge` is the PKCE challenge, S256. */
  issueCode(input: {
    clientId: string;
    accountId: string;
    scopes: string[];
    redirectUri: string;
    challenge?: string;
  }) {
    const at = this.#now().getTime();
    const { redirectUri, challenge } = input;
    const grant = this.#grant(input);
    const code = randomBytes(24).toString('base64url');
    const expiresAt = at + this.#options.codeTtlMs;
    this.#codes.set(code, {
      code,
      grantId: grant.id,
      redirectUri,
      expiresAt,
      ...(challenge === undefined ? {} : { challenge }),
    });
    this.#onChange();
    return code;
  }

  redeemCode(input: {
    code: string;
    clientId: string;
    /** Absent where the provider's token endpoint does not ask for it again. */
    redirectUri?: string;
    verifier?: string;
    /** Where the first token of a ladder lives shorter than those that follow. */
    accessTtlMs?: number;
  }): TokenPair | RedeemFailure {
    const code = this.#codes.get(input.code);
    const grant = code === undefined ? undefined : this.#grants.get(code.grantId);
    if (code === undefined || grant === undefined || grant.clientId !== input.clientId) return 'unknown_code';
    if (code.used === true) {
      this.revokeGrant(grant.id);
      return 'used_code';
    }
    if (this.#now().getTime() > code.expiresAt) return 'expired_code';
    if (input.redirectUri !== undefined && code.redirectUri !== input.redirectUri) return 'redirect_mismatch';
    if (code.challenge !== undefined) {
      const told = createHash('sha256')
        .update(input.verifier ?? '')
        .digest('base64url');
      if (!sameSecret(told, code.challenge)) return 'wrong_verifier';
    }
    code.used = true;
    return this.#issue(grant, this.#refreshToken(grant), input.accessTtlMs);
  }

  /** One more access token of a grant: a step of a token ladder. The others live on. */
  issueAccess(grant: Grant, ttlMs?: number): TokenPair {
    return this.#issue(grant, '', ttlMs);
  }

  /** A token for the client itself (RFC 6749 4.4): there is no person, and no refresh token. */
  grantClient(input: { clientId: string; accountId: string; scopes: string[] }): TokenPair {
    return this.#issue(this.#grant(input), '');
  }

  /** Fresh tokens for a refresh token; undefined when it is not good any more. */
  refresh(refreshToken: string, clientId: string): TokenPair | undefined {
    const found = this.find(refreshToken, 'refresh');
    if (found === undefined || found.grant.clientId !== clientId) return undefined;
    if (!this.#options.rotateRefresh) return this.#issue(found.grant, refreshToken);
    found.token.revokedAt = this.#now().getTime();
    return this.#issue(found.grant, this.#refreshToken(found.grant));
  }

  /** A token that is good now: known, neither expired nor revoked, its grant alive. */
  find(token: string, kind: 'access' | 'refresh'): { token: IssuedToken; grant: Grant } | undefined {
    const found = this.#tokens.get(token);
    const grant = found === undefined ? undefined : this.#grants.get(found.grantId);
    if (found === undefined || grant === undefined || found.kind !== kind) return undefined;
    if (found.revokedAt !== undefined || grant.revokedAt !== undefined || this.isExpired(found))
      return undefined;
    return { token: found, grant };
  }

  isExpired(token: IssuedToken): boolean {
    return token.expiresAt !== undefined && this.#now().getTime() >= token.expiresAt;
  }

  /** True for a token that was good once: providers tell "expired" from "never seen". */
  knows(token: string): boolean {
    return this.#tokens.has(token);
  }

  revokeToken(token: string): void {
    const found = this.#tokens.get(token);
    if (found !== undefined) found.revokedAt ??= this.#now().getTime();
    this.#onChange();
  }

  /** Ends a grant with every token of it: what an uninstallation at the provider does. */
  revokeGrant(grantId: string): void {
    const grant = this.#grants.get(grantId);
    if (grant !== undefined) grant.revokedAt ??= this.#now().getTime();
    this.#onChange();
  }

  /** Makes every access token expired, of one grant or of all. */
  expireAccess(grantId?: string): number {
    let count = 0;
    for (const token of this.#tokens.values()) {
      if (token.kind !== 'access' || (grantId !== undefined && token.grantId !== grantId)) continue;
      token.expiresAt = Math.min(token.expiresAt ?? Infinity, this.#now().getTime());
      count++;
    }
    this.#onChange();
    return count;
  }

  /** Grants with their tokens masked, newest first. */
  list(): (Grant & {
    tokens: { kind: string; masked: string; issuedAt: number; expiresAt?: number; live: boolean }[];
  })[] {
    const tokens = [...this.#tokens.values()];
    return [...this.#grants.values()].toReversed().map((grant) => ({
      ...grant,
      tokens: tokens
        .filter((token) => token.grantId === grant.id)
        .map(({ token, kind, issuedAt, expiresAt }) => ({
          kind,
          masked: `${token.slice(0, 6)}…${token.slice(-4)}`,
          issuedAt,
          ...(expiresAt === undefined ? {} : { expiresAt }),
          live: this.find(token, kind) !== undefined,
        })),
    }));
  }

  snapshot(): TokensSnapshot {
    return {
      grants: [...this.#grants.values()],
      codes: [...this.#codes.values()],
      tokens: [...this.#tokens.values()],
    };
  }

  restore(snapshot: TokensSnapshot): void {
    this.#grants = new Map(snapshot.grants.map((grant) => [grant.id, grant]));
    this.#codes = new Map(snapshot.codes.map((code) => [code.code, code]));
    this.#tokens = new Map(snapshot.tokens.map((token) => [token.token, token]));
  }

  reset(): void {
    this.restore({ grants: [], codes: [], tokens: [] });
  }

  #grant({ clientId, accountId, scopes }: { clientId: string; accountId: string; scopes: string[] }): Grant {
    const id = randomBytes(9).toString('base64url');
    const grant: Grant = { id, clientId, accountId, scopes, createdAt: this.#now().getTime() };
    this.#grants.set(grant.id, grant);
    return grant;
  }

  #issue(grant: Grant, refreshToken: string, ttlMs = this.#options.accessTtlMs): TokenPair {
    const accessToken = this.#token('access', grant, ttlMs);
    this.#dropAncient();
    this.#onChange();
    const until = this.#tokens.get(refreshToken)?.expiresAt;
    const refreshExpiresIn =
      until === undefined ? {} : { refreshExpiresIn: Math.floor((until - this.#now().getTime()) / 1000) };
    return { accessToken, refreshToken, expiresIn: Math.floor(ttlMs / 1000), ...refreshExpiresIn, grant };
  }

  #refreshToken(grant: Grant): string {
    return this.#options.refreshTokens === false
      ? ''
      : this.#token('refresh', grant, this.#options.refreshTtlMs);
  }

  #token(kind: 'access' | 'refresh', grant: Grant, ttlMs?: number): string {
    const length = kind === 'access' ? this.#options.length : 48;
    const token = randomBytes(length).toString('base64url').slice(0, length);
    const issuedAt = this.#now().getTime();
    const life = ttlMs === undefined ? {} : { expiresAt: issuedAt + ttlMs };
    this.#tokens.set(token, { token, kind, grantId: grant.id, issuedAt, ...life });
    return token;
  }

  #dropAncient(): void {
    const before = this.#now().getTime() - ANCIENT_MS;
    for (const [key, token] of this.#tokens)
      if ((token.expiresAt ?? Infinity) < before) this.#tokens.delete(key);
    for (const [key, code] of this.#codes) if (code.expiresAt < before) this.#codes.delete(key);
  }
}
