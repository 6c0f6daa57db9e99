import {
  createSource,
  listReceipts,
  listSources,
  subscribeSandbox,
  type Integration,
  type Source,
} from '@mortise/contract';
import { useState } from 'react';
import { useMay } from '../../app/me.ts';
import { usePages, useRead } from '../../app/use-read.ts';
import { useSend } from '../../app/use-send.ts';
import { text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { CopyLine } from './copy-line.tsx';
import { ReceiptTable } from './receipt-table.tsx';
import { ShownOnceDialog } from './shown-once-dialog.tsx';

/** Where an integration's provider posts, and what it last posted. */
export function IntegrationWebhook({
  integration,
  provider,
}: {
  integration: Integration;
  provider: string;
}) {
  const sources = useRead(listSources, { query: { integrationId: integration.id } });
  const mayAct = useMay('developer');
  const [shown, setShown] = useState<{ url: string | null; secret: string | null }>();
  const create = useSend(createSource, {
    done: text.ingest.integrationStarted,
    onDone: ({ url, secret }) => secret !== null && setShown({ url, secret }),
  });
  const subscribe = useSend(subscribeSandbox, { done: text.ingest.subscribed });
  const [source] = sources.data?.data ?? [];
  const isSandbox = integration.environment === 'sandbox';
  const setUp = async () => {
    const { id } = source ?? (await create.mutateAsync({ body: { integrationId: integration.id } }));
    if (isSandbox) await subscribe.mutateAsync({ params: { id } });
  };
  // Failures have been told in a toast by then.
  const begin = () => void setUp().catch(() => undefined);
  const label = isSandbox ? text.ingest.subscribeSandbox : text.ingest.integrationStart;
  return (
    <Card
      title={text.ingest.integrationTitle}
      description={text.ingest.integrationText(provider)}
      actions={
        <>
          {mayAct && sources.data !== undefined && (source === undefined || isSandbox) ? (
            <Button busy={create.isPending || subscribe.isPending} onClick={begin}>
              {label}
            </Button>
          ) : null}
          {source === undefined ? null : (
            <LinkButton to="/sources/$id" params={{ id: source.id }}>
              {text.ingest.openSource}
            </LinkButton>
          )}
        </>
      }
    >
      {source === undefined ? null : <Received source={source} provider={provider} />}
      {shown === undefined ? null : (
        <ShownOnceDialog
          title={text.ingest.createdTitle}
          description={text.ingest.createdText}
          {...shown}
          onClose={() => setShown(undefined)}
        />
      )}
    </Card>
  );
}

function Received({ source, provider }: { source: Source; provider: string }) {
  const receipts = usePages(listReceipts, { query: { sourceId: source.id, limit: 5 } });
  return (
    <div className="flex flex-col gap-4.5">
      <SourceAddress source={source} provider={provider} />
      {receipts.rows.length === 0 ? null : (
        <ReceiptTable rows={receipts.rows.slice(0, 5)} withSource={false} />
      )}
    </div>
  );
}

/** What to enter at whoever posts. */
export function SourceAddress({ source, provider }: { source: Source; provider: string }) {
  if (source.url === null) return <p className="text-ink-faint">{text.ingest.urlHidden}</p>;
  return (
    <div className="flex flex-col gap-4.5">
      <CopyLine
        label={text.ingest.url}
        {...(source.integrationId === null ? { hint: text.ingest.urlHint } : {})}
        value={source.url}
        copy={text.ingest.copyUrl}
      />
      {source.verifyToken === null ? null : (
        <CopyLine
          label={text.ingest.verifyToken}
          hint={text.ingest.verifyTokenHint(provider)}
          value={source.verifyToken}
          copy={text.ingest.copyVerifyToken}
        />
      )}
    </div>
  );
}
