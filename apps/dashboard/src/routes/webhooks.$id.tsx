import { readWebhook, type Replay, type Webhook } from '@mortise/contract';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useMay } from '../app/me.ts';
import { useFilters, useId } from '../app/use-page.ts';
import { useRead } from '../app/use-read.ts';
import { CircuitNotice } from '../features/delivery/circuit-notice.tsx';
import { CircuitPill } from '../features/delivery/circuit-pill.tsx';
import { DeliveryBrowser } from '../features/delivery/delivery-browser.tsx';
import { OpenReplay } from '../features/delivery/open-replay.tsx';
import { ReplayDialog } from '../features/delivery/replay-dialog.tsx';
import { ReplayHistory } from '../features/delivery/replay-history.tsx';
import { StatisticsCard } from '../features/delivery/statistics-card.tsx';
import { UndeliveredSection } from '../features/delivery/undelivered-section.tsx';
import { WebhookActions } from '../features/delivery/webhook-actions.tsx';
import { WebhookPill } from '../features/delivery/webhook-pill.tsx';
import { SettingsFacts } from '../features/webhook-form/settings-facts.tsx';
import { SigningKeys } from '../features/webhook-form/signing-keys.tsx';
import { text } from '../messages/index.ts';
import { BackLink } from '../ui/back-link.tsx';
import { Notice } from '../ui/notice.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { ReadBody } from '../ui/read-body.tsx';

export function Page() {
  const webhook = useRead(readWebhook, { params: { id: useId() } });
  return <ReadBody read={webhook}>{(found) => <WebhookPage key={found.id} webhook={found} />}</ReadBody>;
}

function WebhookPage({ webhook }: { webhook: Webhook }) {
  const { id, name, url, status, reason } = webhook;
  const filters = useFilters();
  const navigate = useNavigate();
  const mayAct = useMay('developer');
  const [replaying, setReplaying] = useState<Replay['what']>();
  return (
    <>
      <PageHeader
        title={name}
        status={
          <>
            <WebhookPill status={status} />
            <CircuitPill webhook={webhook} />
          </>
        }
        description={<span className="[overflow-wrap:anywhere]">{url}</span>}
        back={<BackLink to="/webhooks">{text.app.pages.webhooks}</BackLink>}
        actions={mayAct ? <WebhookActions webhook={webhook} /> : undefined}
      />
      <div className="flex flex-col gap-5">
        {status === 'paused' ? (
          <Notice tone="info" title={text.delivery.pausedTitle}>
            {text.delivery.pausedText}
          </Notice>
        ) : null}
        {status === 'disabled' ? (
          <Notice tone="bad" title={text.delivery.disabledTitle}>
            {reason === null ? null : <p>{reason}</p>}
            <p>{text.delivery.disabledText}</p>
          </Notice>
        ) : null}
        <CircuitNotice webhook={webhook} />
        <OpenReplay webhook={webhook} />
        <UndeliveredSection webhook={webhook} onReplay={() => setReplaying('failed')} />
        <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1.8fr)_minmax(0,1fr)]">
          <section aria-labelledby="deliveries" className="min-w-0">
            <h2 id="deliveries" className="mb-3 text-lg font-semibold">
              {text.delivery.deliveriesTitle}
            </h2>
            <DeliveryBrowser
              webhookId={id}
              filters={filters}
              onFilter={(change) =>
                void navigate({
                  to: '/webhooks/$id',
                  params: { id },
                  search: { ...filters, ...change },
                  replace: true,
                })
              }
            />
          </section>
          <div className="flex min-w-0 flex-col gap-5 max-xl:row-start-1">
            <StatisticsCard webhookId={id} />
            <SettingsFacts webhook={webhook} />
            <SigningKeys webhookId={id} />
            <ReplayHistory webhookId={id} onReplay={mayAct ? () => setReplaying('missing') : undefined} />
          </div>
        </div>
      </div>
      {replaying === undefined ? null : (
        <ReplayDialog webhook={webhook} what={replaying} onClose={() => setReplaying(undefined)} />
      )}
    </>
  );
}
