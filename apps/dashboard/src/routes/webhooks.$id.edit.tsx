import { readWebhook } from '@mortise/contract';
import { useId } from '../app/use-page.ts';
import { useRead } from '../app/use-read.ts';
import { WebhookForm } from '../features/webhook-form/webhook-form.tsx';
import { text } from '../messages/index.ts';
import { BackLink } from '../ui/back-link.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { ReadBody } from '../ui/read-body.tsx';

export function Page() {
  const id = useId();
  const webhook = useRead(readWebhook, { params: { id } });
  return (
    <ReadBody read={webhook}>
      {(found) => (
        <>
          <PageHeader
            title={text.delivery.editTitle(found.name)}
            back={
              <BackLink to="/webhooks/$id" params={{ id }}>
                {found.name}
              </BackLink>
            }
          />
          <WebhookForm key={id} webhook={found} />
        </>
      )}
    </ReadBody>
  );
}
