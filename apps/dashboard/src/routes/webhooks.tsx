import { listWebhooks } from '@mortise/contract';
import { Plus, Webhook } from 'lucide-react';
import { useMay } from '../app/me.ts';
import { usePages } from '../app/use-read.ts';
import { WebhookTable } from '../features/delivery/webhook-table.tsx';
import { text } from '../messages/index.ts';
import { Card } from '../ui/card.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { ListBody } from '../ui/list-body.tsx';
import { PageHeader } from '../ui/page-header.tsx';

export function Page() {
  const mayAdd = useMay('developer');
  const webhooks = usePages(listWebhooks, {});
  const add = mayAdd ? (
    <LinkButton to="/webhooks/new" variant="primary" icon={<Plus aria-hidden />}>
      {text.delivery.add}
    </LinkButton>
  ) : undefined;
  return (
    <>
      <PageHeader
        title={text.app.pages.webhooks}
        description={text.delivery.lead}
        actions={webhooks.rows.length === 0 ? undefined : add}
      />
      <Card flush>
        <ListBody
          pages={webhooks}
          empty={
            <EmptyState
              icon={<Webhook />}
              title={text.delivery.emptyTitle}
              description={text.delivery.empty}
              action={add}
            />
          }
        >
          {(rows) => <WebhookTable rows={rows} />}
        </ListBody>
      </Card>
    </>
  );
}
