import { RotateCw, Settings2 } from 'lucide-react';
import { useEffect } from 'react';
import { toast } from 'sonner';
import { text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import type { ConnectFailure } from './connect-outcome.ts';
import { RetryIn } from './retry-in.tsx';

interface ConnectNoticeProps {
  failure: ConnectFailure;
  /** When the provider takes requests again, where it says. */
  retryAfterSeconds: number | undefined;
  /** The provider's name. */
  provider: string | undefined;
  /** The account that is reconnected, where one is. */
  account?: string;
  /** Begins once more; left out where it is not known with what. */
  onRetry?: (() => void) | undefined;
  /** Begins without the connection that was to be mended, so that another account becomes a connection of its own. */
  onConnectNew?: (() => void) | undefined;
  /** Leads to the client id and secret. */
  onSettings?: (() => void) | undefined;
  busy?: boolean;
}

/** Why connecting did not work, in a sentence of its own for each reason, with the way on. */
export function ConnectNotice({
  failure,
  retryAfterSeconds,
  provider,
  account,
  busy = false,
  ...ways
}: ConnectNoticeProps) {
  const { onRetry, onConnectNew, onSettings } = ways;
  const name = provider ?? text.connections.theService;
  const words = text.connections.failures[failure];
  const title = typeof words.title === 'string' ? words.title : words.title(name);
  useEffect(() => {
    const id = `connect-${failure}`;
    if (failure === 'cancelled') toast.info(title, { id });
    else toast.error(title, { id });
  }, [failure, title]);
  return (
    <Notice
      tone={failure === 'cancelled' ? 'info' : failure === 'wrong_account' ? 'warn' : 'bad'}
      title={title}
    >
      <p>{words.text(name, account ?? text.connections.thisAccount)}</p>
      <RetryIn seconds={retryAfterSeconds} />
      <div className="mt-2.5 flex flex-wrap gap-2 empty:hidden">
        {(failure === 'wrong_client' || failure === 'unreachable') && onSettings !== undefined ? (
          <Button size="sm" icon={<Settings2 aria-hidden />} onClick={onSettings}>
            {text.connections.checkSettings}
          </Button>
        ) : null}
        {onRetry === undefined ? null : (
          <Button size="sm" icon={<RotateCw aria-hidden />} busy={busy} onClick={onRetry}>
            {text.connections.tryAgain}
          </Button>
        )}
        {failure === 'wrong_account' && onConnectNew !== undefined ? (
          <Button size="sm" busy={busy} onClick={onConnectNew}>
            {text.connections.connectOther}
          </Button>
        ) : null}
      </div>
    </Notice>
  );
}
