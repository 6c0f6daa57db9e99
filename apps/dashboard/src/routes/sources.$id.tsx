import { readSource, type Source } from '@mortise/contract';
import { useNavigate } from '@tanstack/react-router';
import { useMay } from '../app/me.ts';
import { useFilters, useId } from '../app/use-page.ts';
import { useRead } from '../app/use-read.ts';
import { useProviders } from '../features/connections/use-providers.ts';
import { SourceAddress } from '../features/ingest/integration-webhook.tsx';
import { ReceiptBrowser } from '../features/ingest/receipt-browser.tsx';
import { OpenReceiptReplay, ReceiptReplayHistory } from '../features/ingest/receipt-replays.tsx';
import { SourceActions } from '../features/ingest/source-actions.tsx';
import { SourceFacts } from '../features/ingest/source-facts.tsx';
import { SourceFigures } from '../features/ingest/source-figures.tsx';
import { SourcePill } from '../features/ingest/source-pill.tsx';
import { text } from '../messages/index.ts';
import { BackLink } from '../ui/back-link.tsx';
import { Card } from '../ui/card.tsx';
import { Notice } from '../ui/notice.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { ReadBody } from '../ui/read-body.tsx';

export function Page() {
  const source = useRead(readSource, { params: { id: useId() } });
  return <ReadBody read={source}>{(found) => <SourcePage key={found.id} source={found} />}</ReadBody>;
}

function SourcePage({ source }: { source: Source }) {
  const { id, name, status } = source;
  const filters = useFilters();
  const navigate = useNavigate();
  const mayAct = useMay('developer');
  const { nameOf } = useProviders();
  return (
    <>
      <PageHeader
        title={name}
        status={<SourcePill status={status} />}
        description={text.ingest.schemes[source.scheme.type]}
        back={<BackLink to="/sources">{text.app.pages.sources}</BackLink>}
        actions={mayAct ? <SourceActions source={source} /> : undefined}
      />
      <div className="flex flex-col gap-5">
        {status === 'paused' ? (
          <Notice tone="info" title={text.ingest.pausedTitle}>
            {text.ingest.pausedText}
          </Notice>
        ) : null}
        <OpenReceiptReplay source={source} />
        <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1.8fr)_minmax(0,1fr)]">
          <div className="flex min-w-0 flex-col gap-5">
            <SourceFigures id={id} />
            <section aria-labelledby="receipts" className="min-w-0">
              <h2 id="receipts" className="mb-3 text-lg font-semibold">
                {text.ingest.receipts}
              </h2>
              <ReceiptBrowser
                sourceId={id}
                filters={filters}
                onFilter={(change) =>
                  void navigate({
                    to: '/sources/$id',
                    params: { id },
                    search: { ...filters, ...change },
                    replace: true,
                  })
                }
              />
            </section>
          </div>
          <div className="flex min-w-0 flex-col gap-5 max-xl:contents">
            <Card title={text.ingest.settingsTitle} className="max-xl:row-start-1">
              <div className="flex flex-col gap-4.5">
                <SourceAddress
                  source={source}
                  provider={source.provider === null ? '' : nameOf(source.provider)}
                />
                <SourceFacts source={source} />
              </div>
            </Card>
            <ReceiptReplayHistory sourceId={id} />
          </div>
        </div>
      </div>
    </>
  );
}
