import { useLocation, useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useFilters } from '../../app/use-page.ts';
import { outcomeOf, type ConnectOutcome } from './connect-outcome.ts';

/** The outcome that this page was opened with. The address is cleaned at once, so that a reload does not repeat it. */
export function useConnectOutcome(): ConnectOutcome | undefined {
  const search = useFilters();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const [told] = useState(() => ({ pathname, outcome: outcomeOf(search) }));
  const isDirty = outcomeOf(search) !== undefined;
  useEffect(() => {
    if (!isDirty) return;
    const {
      connected: _connected,
      connect_error: _failed,
      provider: _provider,
      retry_after: _wait,
      ...rest
    } = search;
    void navigate({ to: pathname, search: rest, replace: true });
  }, [isDirty, navigate, pathname, search]);
  // The same component shows the next connection too: what was told about one does not hold for another.
  return told.pathname === pathname ? told.outcome : undefined;
}
