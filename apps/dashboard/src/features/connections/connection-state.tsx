import type { Connection, RouteOutput, testConnection } from '@mortise/contract';
import { locale, text } from '../../messages/index.ts';
import { durationText } from '../../ui/moment-text.ts';
import { Notice } from '../../ui/notice.tsx';

interface ConnectionStateProps {
  connection: Connection;
  /** Told only while the connection counts as working: what a test found besides is its reason above. */
  test: RouteOutput<typeof testConnection> | undefined;
}

/** What there is to say about whether a connection works: why it does not, and what a test has just found. */
export function ConnectionState({ connection, test }: ConnectionStateProps) {
  const { status, reason } = connection;
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
            title={test.ok ? text.connections.testGoodTitle : text.connections.testBadTitle}
          >
            {test.ok
              ? text.connections.testGood(test.message, durationText(test.durationMs, locale))
              : test.message}
          </Notice>
        </div>
      )}
    </>
  );
}
