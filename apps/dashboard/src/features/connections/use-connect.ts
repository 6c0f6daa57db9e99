import { startConnect } from '@mortise/contract';
import { useEffect, useState } from 'react';
import { useSend } from '../../app/use-send.ts';

export interface ConnectRequest {
  provider: string;
  integrationId: string;
  /** The connection to mend: another account is then refused. */
  reconnect?: string;
  /** What the provider wants to know before its consent page. */
  inputs?: Record<string, string>;
}

/**
 * Sends the browser to the provider's consent page. From there it comes back to this site: to the connection when
 * it worked, to where it began when not, with the outcome in the address (`use-connect-outcome.ts`).
 */
export function useConnect() {
  const [leaving, setLeaving] = useState(false);
  const start = useSend(startConnect);
  const startQuietly = useSend(startConnect, { ownError: true });
  // Whoever comes back by the browser's back button finds the page as it was left, and must be able to go again.
  useEffect(() => {
    const stay = () => setLeaving(false);
    window.addEventListener('pageshow', stay);
    return () => window.removeEventListener('pageshow', stay);
  }, []);
  const connect = async (
    { provider, integrationId, reconnect, inputs }: ConnectRequest,
    { ownError = false }: { ownError?: boolean } = {},
  ): Promise<void> => {
    const returnTo = reconnect === undefined ? undefined : `/connections/${reconnect}`;
    setLeaving(true);
    try {
      const { authorizeUrl } = await (ownError ? startQuietly : start).mutateAsync({
        params: { provider },
        body: { integrationId, reconnect, returnTo, inputs },
      });
      window.location.assign(authorizeUrl);
    } catch (error) {
      setLeaving(false);
      throw error;
    }
  };
  return {
    /** Failures are told in a toast. */
    connect: (request: ConnectRequest) => void connect(request).catch(() => undefined),
    /** The same, for who goes on differently when it fails, or tells it beside a form of its own (`ownError`). */
    connectOrThrow: connect,
    isBusy: leaving,
  };
}
