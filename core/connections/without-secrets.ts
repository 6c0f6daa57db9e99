import { ProviderError, type Credential, type OAuthClient, type Problem } from '@mortise/providers/kit';

/** Shorter values are not secrets, and blotting them out would make a message unreadable. */
const leastLength = 8;

/** The values of a credential and its client that must not be told to anybody. */
export function secretsOf(credential: Credential, client: OAuthClient | undefined): string[] {
  const values =
    credential.kind === 'oauth2'
      ? [credential.tokens.accessToken, credential.tokens.refreshToken]
      : Object.values(credential.values);
  return [...values, client?.secret].filter(
    (value): value is string => value !== undefined && value.length >= leastLength,
  );
}

/**
 * What a provider says of its refusal, with our secrets blotted out: some providers repeat the token they were given,
 * and a problem is shown, logged and kept.
 */
export function withoutSecrets(
  problem: Problem,
  credential: Credential,
  client: OAuthClient | undefined,
): Problem {
  const secrets = secretsOf(credential, client).flatMap((secret) => [secret, encodeURIComponent(secret)]);
  const clean = (text: string) => secrets.reduce((left, secret) => left.replaceAll(secret, '[secret]'), text);
  const result: Problem = { ...problem, message: clean(problem.message) };
  if (problem.providerCode !== undefined) result.providerCode = clean(problem.providerCode);
  if (problem.providerRequestId !== undefined) result.providerRequestId = clean(problem.providerRequestId);
  return result;
}

/** An error as it may be kept as a cause: one that quotes the provider is left out, its problem is told anyway. */
export function safeCause(error: unknown): { cause?: unknown } {
  return error instanceof ProviderError || error instanceof SyntaxError ? {} : { cause: error };
}
