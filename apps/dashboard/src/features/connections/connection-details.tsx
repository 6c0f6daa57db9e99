import type { Connection } from '@mortise/contract';
import { text } from '../../messages/index.ts';
import { Badge } from '../../ui/badge.tsx';
import { Card } from '../../ui/card.tsx';
import { Facts } from '../../ui/facts.tsx';
import { IdText } from '../../ui/id-text.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { TextLink } from '../../ui/text-link.tsx';

/** What is known of a connected account, and where its access stands. */
export function ConnectionDetails({
  connection,
  integrationName,
}: {
  connection: Connection;
  integrationName: string;
}) {
  const { expiresAt, lastRefreshedAt, lastUsedAt } = connection;
  const isOn = connection.status === 'connected';
  const notes = Object.entries(connection.metadata);
  return (
    <Card title={text.connections.detailsTitle}>
      <Facts
        rows={[
          [
            text.connections.integration,
            <TextLink key="integration" to="/integrations/$id" params={{ id: connection.integrationId }}>
              {integrationName}
            </TextLink>,
          ],
          [text.connections.accountAtProvider, connection.label === null ? null : connection.accountName],
          [text.connections.accountId, <IdText key="account" value={connection.accountId} />],
          ...Object.entries(connection.accountMetadata)
            .filter(([, value]) => value !== null && value !== '')
            .map(
              ([name, value]) =>
                [wordsOf(name), typeof value === 'object' ? JSON.stringify(value) : String(value)] as const,
            ),
          [
            text.connections.expires,
            expiresAt === null || !isOn ? null : (
              <span key="expires">
                <RelativeTime at={expiresAt} />{' '}
                <span className="text-ink-faint">({text.connections.expiresHint})</span>
              </span>
            ),
          ],
          [
            text.connections.refreshed,
            lastRefreshedAt === null ? null : <RelativeTime key="refreshed" at={lastRefreshedAt} />,
          ],
          [
            text.connections.lastUsed,
            lastUsedAt === null ? null : <RelativeTime key="used" at={lastUsedAt} />,
          ],
          [text.connections.connectedAt, <RelativeTime key="created" at={connection.createdAt} />],
          [
            text.connections.scopes,
            connection.scopes.length === 0 ? null : (
              <span key="scopes" className="flex flex-wrap gap-1.5">
                {connection.scopes.map((scope) => (
                  <Badge key={scope} mono>
                    {scope}
                  </Badge>
                ))}
              </span>
            ),
          ],
          [text.connections.id, <IdText key="id" value={connection.id} />],
        ]}
      />
      {notes.length === 0 ? null : (
        <>
          <h3 className="mt-4 mb-1 font-medium">{text.connections.notes}</h3>
          <Facts rows={notes} />
        </>
      )}
      <p className="mt-3">
        <TextLink to="/events" search={{ subject: connection.id }}>
          {text.connections.events}
        </TextLink>
      </p>
    </Card>
  );
}

/** "timeZone" and "time_zone" as words: what a service tells of an account has no label of its own. */
function wordsOf(name: string): string {
  const words = name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll(/[_-]+/g, ' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
