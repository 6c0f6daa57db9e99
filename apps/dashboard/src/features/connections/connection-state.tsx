import type { Connection, RouteOutput, testConnection } from '@mortise/contract';
import { locale, text } from '../../messages/index.ts';
import { durationText } from '../../ui/moment-text.ts';
import { Notice } from '../../ui/notice.tsx';
import { RetryIn } from './retry-in.tsx';

interface ConnectionStateProps {
  connection: Connection;
  /** The provider's name. */
  provider: string;
  /** Told only while the connection counts as working: what a test found besides is its reason above. */
  test: RouteOutput<typeof testConnection> | undefined;
}

/** What there is to say about whether a connection works: why it does not, and what a test has just found. */
export function ConnectionState({ connection, provider, test }: ConnectionStateProps) {
  const { status, reason } = connection;
  const found = test?.fault == null ? undefined : text.connections.faults[test.fault];
  return (
    <>
      {status === 'connected' ? null : (
        <Notice
          tone={status === 'needs_reconnect' ? 'bad' : 'info'}
          title={text.connections.reasonTitle[status]}
        >
          {reason === null ? null : <p>{reason}</p>}
          <p>
            {status === 'needs_reconnect'
              ? text.connections.needsReconnectText
              : text.connections.disconnectedText}
          </p>
        </Notice>
      )}
      {test === undefined || status !== 'connected' ? null : (
        <div role="status">
          <Notice
            tone={test.ok ? 'good' : 'bad'}
            title={
              test.ok
                ? text.connections.testGoodTitle
                : (found?.title(provider) ?? text.connections.testBadTitle)
            }
          >
            {test.ok ? (
              text.connections.testGood(test.message, durationText(test.durationMs, locale))
            ) : (
              <>
                <p>{found?.text(provider) ?? test.message}</p>
                <RetryIn seconds={test.retryAfterSeconds} />
              </>
            )}
          </Notice>
        </div>
      )}
    </>
  );
}
