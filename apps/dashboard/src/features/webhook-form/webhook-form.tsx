import { createWebhook, updateWebhook, type Webhook } from '@mortise/contract';
import { useBlocker, useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { useForm } from '../../app/use-form.ts';
import { useSend } from '../../app/use-send.ts';
import { text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { FormError } from '../../ui/form-error.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { EventPicker } from '../delivery/event-picker.tsx';
import { SecretDialog } from '../delivery/secret-dialog.tsx';
import { AuthSection } from './auth-section.tsx';
import { ConsentSection } from './consent-section.tsx';
import { errorUnder, filterFault, transformFault } from './faults.ts';
import { FilterSection } from './filter-section.tsx';
import { filterText } from './filter-text.ts';
import { LimitsSection } from './limits-section.tsx';
import { RequestSection } from './request-section.tsx';
import { RetentionSection } from './retention-section.tsx';
import { RetriesSection } from './retries-section.tsx';
import { SigningSection } from './signing-section.tsx';
import { TransformSection } from './transform-section.tsx';
import { TryOutPanel } from './try-out.tsx';
import type { TrySource } from './try-question.ts';
import { useTryOut } from './use-try-out.ts';
import { changedSettings, valuesOf, type SettingsDraft, type WebhookValues } from './webhook-values.ts';

/** The form of a webhook, new or there already: what matters first, and what has a default behind its present value. */
export function WebhookForm({ webhook }: { webhook?: Webhook }) {
  // What the fields were filled from, and not what a live update has brought since.
  const [before] = useState(webhook);
  const [initial] = useState(() => valuesOf(webhook));
  const form = useForm<WebhookValues, typeof createWebhook.body>(createWebhook.body, initial);
  const { values, errors } = form;
  const navigate = useNavigate();
  const isSaved = useRef(false);
  const [made, setMade] = useState<{ id: string; secret: string }>();
  const open = (id: string) => void navigate({ to: '/webhooks/$id', params: { id } });
  const done = ({ id, secret }: { id: string; secret?: string | undefined }) => {
    isSaved.current = true;
    if (secret === undefined) open(id);
    else setMade({ id, secret });
  };
  const create = useSend(createWebhook, { ownError: true, onDone: done });
  const update = useSend(updateWebhook, { ownError: true, done: text.delivery.saved, onDone: done });
  const blocker = useBlocker({
    shouldBlockFn: () => !isSaved.current && JSON.stringify(values) !== JSON.stringify(initial),
    enableBeforeUnload: () => !isSaved.current && JSON.stringify(values) !== JSON.stringify(initial),
    withResolver: true,
  });
  const [source, setSource] = useState<TrySource>({ kind: 'none' });
  const tryOut = useTryOut(values, source, before?.id);
  const change = (part: Partial<SettingsDraft>) => form.set('settings', { ...values.settings, ...part });
  const section = { settings: values.settings, change, errors };

  return (
    <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1.5fr)_minmax(0,1fr)]">
      <form
        noValidate
        className="flex min-w-0 flex-col gap-5"
        onSubmit={form.submit(({ name, url, events, settings = {}, authSecret }) => {
          const secret = authSecret === undefined ? {} : { authSecret };
          return before === undefined
            ? create.mutateAsync({ body: { name, url, events, settings, ...secret } })
            : update.mutateAsync({
                params: { id: before.id },
                body: { name, url, events, settings: changedSettings(before.settings, settings), ...secret },
                ifMatch: before.version,
              });
        })}
      >
        <Card title={text.webhookForm.basics}>
          <div className="flex max-w-2xl flex-col gap-4.5 pt-2">
            <TextField
              label={text.delivery.name}
              hint={text.delivery.nameHint}
              name="webhook-name"
              autoComplete="off"
              value={values.name}
              error={errors['name']}
              onChange={(name) => form.set('name', name)}
            />
            <TextField
              label={text.delivery.url}
              hint={text.delivery.urlHint}
              name="webhook-url"
              autoComplete="off"
              value={values.url}
              error={errors['url']}
              onChange={(url) => form.set('url', url.trim())}
            />
            <EventPicker
              value={values.events}
              error={errorUnder(errors, 'events')?.message}
              onChange={(events) => form.set('events', events)}
            />
          </div>
        </Card>
        <Card title={text.webhookForm.how} description={text.webhookForm.howLead} flush>
          <FilterSection
            {...section}
            fault={tryOut.filterFault ?? filterFault(filterText(values.settings.filter), errors)}
          />
          <TransformSection
            {...section}
            fault={
              tryOut.transformFault ??
              transformFault(values.settings.transform ?? '', errors['settings.transform'])
            }
          />
          <AuthSection
            {...section}
            keptKind={before?.settings.auth.kind}
            secret={values.authSecret}
            onSecret={(authSecret) => form.set('authSecret', authSecret)}
          />
          <SigningSection {...section} before={before?.settings.signing} />
          <RetriesSection {...section} />
          <LimitsSection {...section} />
          <RequestSection {...section} />
          <ConsentSection {...section} />
          <RetentionSection {...section} />
        </Card>
        <div className="sticky bottom-0 z-20 -mx-4 flex flex-wrap justify-end gap-2 border-t bg-ground px-4 py-3 sm:mx-0 sm:px-0">
          {/* What is wrong with fields stands at each, and the first of them has the focus. */}
          {form.error === undefined || Object.keys(errors).length > 0 ? null : (
            <div className="w-full">
              <FormError error={form.error} />
            </div>
          )}
          {before === undefined ? (
            <LinkButton to="/webhooks">{text.ui.cancel}</LinkButton>
          ) : (
            <LinkButton to="/webhooks/$id" params={{ id: before.id }}>
              {text.ui.cancel}
            </LinkButton>
          )}
          <Button variant="primary" type="submit" busy={form.isBusy}>
            {before === undefined ? text.delivery.create : text.webhookForm.save}
          </Button>
        </div>
      </form>
      <div className="min-w-0 xl:sticky xl:top-6 xl:max-h-[calc(100vh-3rem)] xl:overflow-y-auto">
        <TryOutPanel source={source} onSource={setSource} tryOut={tryOut} />
      </div>
      {made === undefined ? null : (
        <SecretDialog
          {...(before === undefined ? madeWords : changedWords)}
          secret={made.secret}
          onClose={() => open(made.id)}
        />
      )}
      <ConfirmDialog
        open={blocker.status === 'blocked'}
        onOpenChange={(yes) => yes || blocker.reset?.()}
        title={text.webhookForm.leaveTitle}
        description={text.webhookForm.leaveText}
        confirm={text.webhookForm.leave}
        onConfirm={() => blocker.proceed?.()}
      />
    </div>
  );
}

const madeWords = { title: text.delivery.secretTitle, description: text.delivery.secretText };
const changedWords = { title: text.delivery.changedTitle, description: text.delivery.changedText };
