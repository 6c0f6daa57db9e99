import { text } from '../../messages/index.ts';

export type ConnectFailure = keyof typeof text.connections.failures;

export type ConnectOutcome =
  | { kind: 'connected'; connectionId: string }
  | {
      kind: 'failed';
      failure: ConnectFailure;
      provider: string | undefined;
      retryAfterSeconds: number | undefined;
    };

/** How consent at a provider ended, read off the address it came back with; undefined when nobody came back. */
export function outcomeOf(search: Readonly<Record<string, string | undefined>>): ConnectOutcome | undefined {
  const { connected, connect_error: failed, provider, retry_after: wait = '' } = search;
  if (failed !== undefined) {
    const failure = Object.hasOwn(text.connections.failures, failed)
      ? (failed as ConnectFailure)
      : 'provider_refused';
    const retryAfterSeconds = /^\d{1,6}$/.test(wait) ? Number(wait) : undefined;
    return { kind: 'failed', failure, provider, retryAfterSeconds };
  }
  return connected === undefined ? undefined : { kind: 'connected', connectionId: connected };
}
