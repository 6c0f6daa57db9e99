import { listWebhooks } from '@mortise/contract';
import { useNavigate } from '@tanstack/react-router';
import { Plus, Webhook } from 'lucide-react';
import { useState } from 'react';
import { useMay } from '../app/me.ts';
import { useFilters } from '../app/use-page.ts';
import { usePages } from '../app/use-read.ts';
import { SecretDialog } from '../features/delivery/secret-dialog.tsx';
import { WebhookDialog } from '../features/delivery/webhook-dialog.tsx';
import { WebhookTable } from '../features/delivery/webhook-table.tsx';
import { text } from '../messages/index.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ListBody } from '../ui/list-body.tsx';
import { PageHeader } from '../ui/page-header.tsx';

export function Page() {
  const { add } = useFilters();
  const navigate = useNavigate();
  const mayAdd = useMay('developer');
  const webhooks = usePages(listWebhooks, {});
  const [created, setCreated] = useState<{ id: string; secret: string }>();
  const open = (yes: boolean) =>
    void navigate({ to: '/webhooks', search: { add: yes ? 'webhook' : undefined }, replace: true });
  const addButton = mayAdd ? (
    <Button variant="primary" icon={<Plus aria-hidden />} onClick={() => open(true)}>
      {text.delivery.add}
    </Button>
  ) : undefined;
  return (
    <>
      <PageHeader
        title={text.app.pages.webhooks}
        description={text.delivery.lead}
        actions={webhooks.rows.length === 0 ? undefined : addButton}
      />
      <Card flush>
        <ListBody
          pages={webhooks}
          empty={
            <EmptyState
              icon={<Webhook />}
              title={text.delivery.emptyTitle}
              description={text.delivery.empty}
              action={addButton}
            />
          }
        >
          {(rows) => <WebhookTable rows={rows} />}
        </ListBody>
      </Card>
      {add !== undefined && mayAdd && created === undefined ? (
        <WebhookDialog
          onClose={() => open(false)}
          onCreated={({ id, secret }) => setCreated({ id, secret })}
        />
      ) : null}
      {created === undefined ? null : (
        <SecretDialog
          title={text.delivery.secretTitle}
          description={text.delivery.secretText}
          secret={created.secret}
          onClose={() => void navigate({ to: '/webhooks/$id', params: { id: created.id } })}
        />
      )}
    </>
  );
}
