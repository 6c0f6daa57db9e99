import { startConnect } from '@mortise/contract';
import { useEffect, useState } from 'react';
import { useSend } from '../../app/use-send.ts';

export interface ConnectRequest {
  provider: string;
  integrationId: string;
  /** The connection to mend: another account is then refused. */
  reconnect?: string;
}

/**
 * Sends the browser to the provider's consent page. From there it comes back to this site: to the connection when
 * it worked, to where it began when not, with the outcome in the address (`use-connect-outcome.ts`).
 */
export function useConnect() {
  const [leaving, setLeaving] = useState(false);
  const start = useSend(startConnect);
  // Whoever comes back by the browser's back button finds the page as it was left, and must be able to go again.
  useEffect(() => {
    const stay = () => setLeaving(false);
    window.addEventListener('pageshow', stay);
    return () => window.removeEventListener('pageshow', stay);
  }, []);
  const connect = async ({ provider, integrationId, reconnect }: ConnectRequest): Promise<void> => {
    const returnTo = reconnect === undefined ? undefined : `/connections/${reconnect}`;
    setLeaving(true);
    try {
      const { authorizeUrl } = await start.mutateAsync({
        params: { provider },
        body: { integrationId, reconnect, returnTo },
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
    /** The same, for who goes on differently when it fails. */
    connectOrThrow: connect,
    isBusy: leaving,
  };
}
