import { readReceipt, replayReceipt, type RouteOutput } from '@mortise/contract';
import { RotateCw, Route } from 'lucide-react';
import { useMay } from '../app/me.ts';
import { ThingLink } from '../app/thing-link.tsx';
import { useId } from '../app/use-page.ts';
import { useRead } from '../app/use-read.ts';
import { useSend } from '../app/use-send.ts';
import { HeaderTable } from '../features/delivery/header-table.tsx';
import { OutcomeList } from '../features/ingest/outcome-list.tsx';
import { ReceiptPill } from '../features/ingest/receipt-pill.tsx';
import { locale, text } from '../messages/index.ts';
import { BackLink } from '../ui/back-link.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { CodeView } from '../ui/code-view.tsx';
import { Facts } from '../ui/facts.tsx';
import { IdText } from '../ui/id-text.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { Notice } from '../ui/notice.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { ReadBody } from '../ui/read-body.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';

type FullReceipt = RouteOutput<typeof readReceipt>;

export function Page() {
  const receipt = useRead(readReceipt, { params: { id: useId() } });
  return <ReadBody read={receipt}>{(found) => <ReceiptPage key={found.id} receipt={found} />}</ReadBody>;
}

function ReceiptPage({ receipt }: { receipt: FullReceipt }) {
  const { id, verdict, state, reason, error, traceId, body, headers } = receipt;
  const mayAct = useMay('developer');
  const replay = useSend(replayReceipt, { done: text.ingest.replayed, also: ['Events'] });
  return (
    <>
      <PageHeader
        title={receipt.sourceName === '' ? text.ingest.request : receipt.sourceName}
        status={<ReceiptPill receipt={receipt} />}
        description={`${receipt.method} ${text.ingest.from(receipt.address)}`}
        back={<BackLink to="/receipts">{text.app.pages.receipts}</BackLink>}
        actions={
          <>
            {state === 'none' ? null : (
              <LinkButton to="/traces/$id" params={{ id: traceId }} icon={<Route aria-hidden />}>
                {text.ingest.followTrace}
              </LinkButton>
            )}
            {mayAct && verdict !== 'refused' ? (
              <Button
                icon={<RotateCw aria-hidden />}
                busy={replay.isPending}
                onClick={() => replay.mutate({ params: { id } })}
              >
                {text.ingest.replay}
              </Button>
            ) : null}
          </>
        }
      />
      <div className="flex flex-col gap-5">
        <VerdictNotice verdict={verdict} reason={reason} />
        {error === null ? null : (
          <Notice
            tone={state === 'failed' ? 'bad' : 'warn'}
            title={state === 'failed' ? text.ingest.failedTitle : text.ingest.retryingTitle}
          >
            {error}
          </Notice>
        )}
        <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1.6fr)_minmax(0,1fr)]">
          <div className="flex min-w-0 flex-col gap-5">
            {verdict === 'refused' ? null : (
              <Card title={text.ingest.outcomes}>
                <OutcomeList outcomes={receipt.outcomes} />
              </Card>
            )}
            <Card title={text.ingest.body} description={bodyNote(body)}>
              {body === null ? (
                <p className="text-ink-faint">{text.ingest.noBody}</p>
              ) : (
                <CodeView value={body.content} label={text.ingest.bodyOf} />
              )}
            </Card>
            {Object.keys(headers).length === 0 ? null : (
              <Card>
                <HeaderTable title={text.ingest.headers} label={text.ingest.headersOf} headers={headers} />
              </Card>
            )}
          </div>
          <Card title={text.ingest.details}>
            <Facts
              rows={[
                [text.ingest.verdict, text.ingest.verdicts[verdict]],
                [text.ingest.source, <ThingLink key="source" id={receipt.sourceId} />],
                [text.ingest.when, <RelativeTime key="when" at={receipt.receivedAt} />],
                [text.ingest.address, receipt.address],
                [text.ingest.request, receipt.path],
                [text.ingest.body, text.ingest.bytes(receipt.bodyBytes.toLocaleString(locale))],
                [text.ingest.dedupeKey, receipt.dedupeKey],
                [
                  text.ingest.firstOf,
                  receipt.duplicateOf === null ? null : <ThingLink key="first" id={receipt.duplicateOf} />,
                ],
                [text.ingest.id, <IdText key="id" value={id} />],
                [text.ingest.trace, <IdText key="trace" value={traceId} />],
              ]}
            />
          </Card>
        </div>
      </div>
    </>
  );
}

function VerdictNotice({ verdict, reason }: Pick<FullReceipt, 'verdict' | 'reason'>) {
  if (verdict === 'accepted') return null;
  return verdict === 'refused' ? (
    <Notice tone="bad" title={text.ingest.refusedTitle}>
      {reason}
      <span className="block text-ink-soft">{text.ingest.refusedKept}</span>
    </Notice>
  ) : (
    <Notice tone="info" title={text.ingest.duplicateTitle}>
      {text.ingest.duplicateText}
    </Notice>
  );
}

function bodyNote(body: FullReceipt['body']): string | undefined {
  if (body === null) return undefined;
  if (body.truncated) return text.ingest.bodyTruncated;
  return body.encoding === 'base64' ? text.ingest.bodyBase64 : text.ingest.bodyText;
}
