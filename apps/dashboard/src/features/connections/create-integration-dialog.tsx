import { createIntegration, type Integration, type Provider } from '@mortise/contract';
import { FlaskConical, Radio } from 'lucide-react';
import { useForm } from '../../app/use-form.ts';
import { useSend } from '../../app/use-send.ts';
import { text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { FormError } from '../../ui/form-error.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Segments } from '../../ui/segments.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { RedirectUri } from './redirect-uri.tsx';
import { SecretField } from './secret-field.tsx';
import { SettingsTest } from './settings-test.tsx';

const formId = 'create-integration';

interface CreateIntegrationDialogProps {
  provider: Provider;
  onClose: () => void;
  onCreated: (integration: Integration) => void;
}

interface Values {
  provider: string;
  environment: Integration['environment'];
  /** undefined: one that says what it is, which follows the environment. */
  name: string | undefined;
  clientId: string | undefined;
  clientSecret: string | undefined;
}

/** Sets a provider up: real or emulated, under which name, with which app of one's own. */
export function CreateIntegrationDialog({ provider, onClose, onCreated }: CreateIntegrationDialogProps) {
  const environment = provider.sandbox ? 'sandbox' : 'live';
  const nameIn = (chosen: Integration['environment']) =>
    chosen === 'sandbox' ? text.connections.sandboxName(provider.name) : provider.name;
  const form = useForm<Values, typeof createIntegration.body>(createIntegration.body, {
    provider: provider.id,
    environment,
    name: undefined,
    clientId: undefined,
    clientSecret: undefined,
  });
  const create = useSend(createIntegration, {
    ownError: true,
    done: text.connections.createdToast,
    onDone: onCreated,
  });
  const { values } = form;
  const isLive = values.environment === 'live';
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={text.connections.createTitle(provider.name)}
      description={text.connections.createText}
      footer={
        <>
          <Button onClick={onClose}>{text.ui.cancel}</Button>
          <Button variant="primary" type="submit" form={formId} busy={form.isBusy}>
            {text.connections.create}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        noValidate
        className="flex flex-col gap-4.5"
        onSubmit={form.submit(({ clientId, clientSecret, ...given }) => {
          const body = { ...given, name: given.name ?? nameIn(given.environment) };
          return create.mutateAsync({ body: isLive ? { ...body, clientId, clientSecret } : body });
        })}
      >
        <div className="flex flex-col gap-2.5">
          <span className="font-medium">{text.connections.environment}</span>
          {provider.sandbox ? (
            <span>
              <Segments<Integration['environment']>
                label={text.connections.environment}
                value={values.environment}
                onChange={(next) => form.set('environment', next)}
                choices={[
                  {
                    value: 'sandbox',
                    label: text.connections.environments.sandbox,
                    icon: <FlaskConical aria-hidden />,
                  },
                  { value: 'live', label: text.connections.environments.live, icon: <Radio aria-hidden /> },
                ]}
              />
            </span>
          ) : null}
          {isLive ? (
            <p className="text-pretty text-ink-soft">
              {provider.connectsBy === 'entry'
                ? text.connections.liveFieldsText(provider.name)
                : text.connections.liveText(provider.name)}
              {provider.sandbox ? null : ` ${text.connections.noSandbox}`}
            </p>
          ) : (
            <Notice tone="info" title={text.connections.sandboxTitle}>
              {text.connections.sandboxText(provider.name)}
            </Notice>
          )}
        </div>
        <TextField
          label={text.connections.name}
          hint={text.connections.nameHint}
          name="integration-name"
          autoComplete="off"
          value={values.name ?? nameIn(values.environment)}
          error={form.errors['name']}
          onChange={(name) => form.set('name', name)}
        />
        {isLive && provider.authKind === 'oauth2' ? (
          <>
            {provider.connectsBy === 'consent' ? (
              <RedirectUri providerId={provider.id} providerName={provider.name} />
            ) : null}
            <TextField
              label={text.connections.clientId}
              hint={text.connections.clientIdHint}
              name="client-id"
              autoComplete="off"
              value={values.clientId ?? ''}
              error={form.errors['clientId']}
              onChange={(id) => form.set('clientId', id === '' ? undefined : id)}
            />
            <SecretField
              isSet={false}
              value={values.clientSecret}
              error={form.errors['clientSecret']}
              onChange={(secret) => form.set('clientSecret', secret)}
            />
            {provider.connectsBy === 'client' && provider.inputs.length > 0 ? null : (
              <SettingsTest
                body={{
                  provider: provider.id,
                  environment: 'live',
                  clientId: values.clientId,
                  clientSecret: values.clientSecret,
                }}
                provider={provider.name}
                label={text.connections.testSettings}
              />
            )}
            <p className="text-sm text-ink-faint">{text.connections.clientLater}</p>
          </>
        ) : null}
        <FormError error={form.error} />
      </form>
    </Dialog>
  );
}
