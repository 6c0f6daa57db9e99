import { createWebhook, updateWebhook, type RouteOutput, type Webhook } from '@mortise/contract';
import { useState } from 'react';
import { useForm } from '../../app/use-form.ts';
import { useSend } from '../../app/use-send.ts';
import { text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { FormError } from '../../ui/form-error.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { EventPicker } from './event-picker.tsx';

const formId = 'webhook-form';

interface WebhookDialogProps {
  /** The one to change; left out for a new one. */
  webhook?: Webhook;
  onClose: () => void;
  /** A new one, with the secret that is shown once. */
  onCreated?: (created: RouteOutput<typeof createWebhook>) => void;
}

interface Values {
  name: string;
  url: string;
  events: string[];
}

/** The form of a webhook, new or there already. */
export function WebhookDialog({ webhook, onClose, onCreated }: WebhookDialogProps) {
  // The version that the fields were filled from, and not the one that a live update has brought since.
  const [version] = useState(webhook?.version);
  const form = useForm<Values, typeof createWebhook.body>(createWebhook.body, {
    name: webhook?.name ?? '',
    url: webhook?.url ?? '',
    events: webhook?.events ?? [],
  });
  const create = useSend(createWebhook, {
    ownError: true,
    ...(onCreated === undefined ? {} : { onDone: onCreated }),
  });
  const update = useSend(updateWebhook, { ownError: true, done: text.delivery.saved, onDone: onClose });
  const isNew = webhook === undefined;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      place="side"
      title={isNew ? text.delivery.createTitle : text.delivery.editTitle}
      {...(isNew ? { description: text.delivery.createText } : {})}
      footer={
        <>
          <Button onClick={onClose}>{text.ui.cancel}</Button>
          <Button variant="primary" type="submit" form={formId} busy={form.isBusy}>
            {isNew ? text.delivery.create : text.ui.save}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        noValidate
        className="flex flex-col gap-4.5"
        onSubmit={form.submit(({ name, url, events }) =>
          isNew
            ? create.mutateAsync({ body: { name, url, events } })
            : update.mutateAsync({
                params: { id: webhook.id },
                body: { name, url, events },
                ifMatch: version,
              }),
        )}
      >
        <TextField
          label={text.delivery.name}
          hint={text.delivery.nameHint}
          name="webhook-name"
          autoComplete="off"
          value={form.values.name}
          error={form.errors['name']}
          onChange={(name) => form.set('name', name)}
        />
        <TextField
          label={text.delivery.url}
          hint={text.delivery.urlHint}
          name="webhook-url"
          autoComplete="off"
          value={form.values.url}
          error={form.errors['url']}
          onChange={(url) => form.set('url', url.trim())}
        />
        <EventPicker
          value={form.values.events}
          error={form.errors['events']}
          onChange={(events) => form.set('events', events)}
        />
        <FormError error={form.error} />
      </form>
    </Dialog>
  );
}
