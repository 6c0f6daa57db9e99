import { readRecord, type SyncedRecord } from '@mortise/contract';
import { Activity } from 'lucide-react';
import { useId } from '../app/use-page.ts';
import { useRead } from '../app/use-read.ts';
import { FieldTable } from '../features/sync/field-table.tsx';
import { useConnections } from '../features/sync/use-connections.ts';
import { text } from '../messages/index.ts';
import { BackLink } from '../ui/back-link.tsx';
import { Card } from '../ui/card.tsx';
import { CodeView } from '../ui/code-view.tsx';
import { Facts } from '../ui/facts.tsx';
import { IdText } from '../ui/id-text.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { Notice } from '../ui/notice.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { ReadBody } from '../ui/read-body.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { StatusPill } from '../ui/status-pill.tsx';
import { TextLink } from '../ui/text-link.tsx';

export function Page() {
  const record = useRead(readRecord, { params: { id: useId() } });
  return <ReadBody read={record}>{(found) => <RecordPage record={found} />}</ReadBody>;
}

function RecordPage({ record }: { record: SyncedRecord }) {
  const { id, connectionId, resource, title, deletedAt } = record;
  const { accountOf, resourceOf } = useConnections();
  return (
    <>
      <PageHeader
        title={title}
        status={
          deletedAt === null ? undefined : <StatusPill tone="neutral">{text.sync.deletedPill}</StatusPill>
        }
        description={record.subtitle ?? undefined}
        back={
          <BackLink to="/records" search={{ connectionId, resource }}>
            {text.app.pages.records}
          </BackLink>
        }
        actions={
          <LinkButton to="/events" search={{ subject: id }} icon={<Activity aria-hidden />}>
            {text.sync.showEvents}
          </LinkButton>
        }
      />
      <div className="flex flex-col gap-5">
        {deletedAt === null ? null : (
          <Notice tone="info" title={text.sync.deletedNotice}>
            {text.sync.deletedText}
          </Notice>
        )}
        <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1.6fr)_minmax(0,1fr)]">
          <div className="flex min-w-0 flex-col gap-5">
            <Card title={text.sync.fieldsTitle} flush>
              <FieldTable data={record.data} />
            </Card>
            <Card title={text.sync.rawTitle}>
              <CodeView value={record.data} label={text.sync.rawOf(title)} />
            </Card>
          </div>
          <Card title={text.sync.detailsTitle}>
            <Facts
              rows={[
                [text.sync.resource, resourceOf(connectionId, resource)],
                [
                  text.sync.account,
                  <TextLink key="account" to="/connections/$id" params={{ id: connectionId }}>
                    {accountOf(connectionId) || connectionId}
                  </TextLink>,
                ],
                [text.sync.externalId, <IdText key="external" value={record.externalId} />],
                [text.sync.firstSeen, <RelativeTime key="seen" at={record.firstSeenAt} />],
                [text.sync.changedAt, <RelativeTime key="changed" at={record.changedAt} />],
                [
                  text.sync.deletedAt,
                  deletedAt === null ? null : <RelativeTime key="deleted" at={deletedAt} />,
                ],
                [
                  text.sync.seq,
                  <span key="seq" className="figures">
                    {record.seq}
                  </span>,
                ],
                [text.sync.id, <IdText key="id" value={id} />],
              ]}
            />
          </Card>
        </div>
      </div>
    </>
  );
}
