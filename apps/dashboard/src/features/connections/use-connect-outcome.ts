import { useLocation, useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useFilters } from '../../app/use-page.ts';
import { text } from '../../messages/index.ts';

export type ConnectFailure = keyof typeof text.connections.failures;

export type ConnectOutcome =
  | { kind: 'connected'; connectionId: string }
  | { kind: 'failed'; failure: ConnectFailure; provider: string | undefined };

/** How consent at a provider ended, read off the address it came back with; undefined when nobody came back. */
export function outcomeOf(search: Readonly<Record<string, string | undefined>>): ConnectOutcome | undefined {
  const { connected, connect_error: failed, provider } = search;
  if (failed !== undefined) {
    const failure = Object.hasOwn(text.connections.failures, failed) ? (failed as ConnectFailure) : 'provider_refused';
    return { kind: 'failed', failure, provider };
  }
  return connected === undefined ? undefined : { kind: 'connected', connectionId: connected };
}

/** The outcome that this page was opened with. The address is cleaned at once, so that a reload does not repeat it. */
export function useConnectOutcome(): ConnectOutcome | undefined {
  const search = useFilters();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const [told] = useState(() => ({ pathname, outcome: outcomeOf(search) }));
  const isDirty = outcomeOf(search) !== undefined;
  useEffect(() => {
    if (!isDirty) return;
    const { connected: _connected, connect_error: _failed, provider: _provider, ...rest } = search;
    void navigate({ to: pathname, search: rest, replace: true });
  }, [isDirty, navigate, pathname, search]);
  // The same component shows the next connection too: what was told about one does not hold for another.
  return told.pathname === pathname ? told.outcome : undefined;
}
