import { WebhookForm } from '../features/webhook-form/webhook-form.tsx';
import { text } from '../messages/index.ts';
import { BackLink } from '../ui/back-link.tsx';
import { PageHeader } from '../ui/page-header.tsx';

export function Page() {
  return (
    <>
      <PageHeader
        title={text.delivery.createTitle}
        description={text.delivery.createText}
        back={<BackLink to="/webhooks">{text.app.pages.webhooks}</BackLink>}
      />
      <WebhookForm />
    </>
  );
}
