import { updateIntegration, type Integration, type Provider } from '@mortise/contract';
import { useState } from 'react';
import { useForm } from '../../app/use-form.ts';
import { useSend } from '../../app/use-send.ts';
import { text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { FormError } from '../../ui/form-error.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { HostRows } from './host-rows.tsx';
import { RedirectUri } from './redirect-uri.tsx';
import { ScopeField } from './scope-field.tsx';
import { SecretField } from './secret-field.tsx';

interface Values {
  name: string;
  clientId: string | null;
  clientSecret: string | undefined;
  hosts: Record<string, string>;
  scopes: string[] | null;
}

function valuesOf({ name, clientId, hosts, scopes }: Integration): Values {
  return { name, clientId, hosts, scopes, clientSecret: undefined };
}

/** An integration's settings. What someone else changed meanwhile is not overwritten. */
export function IntegrationForm({
  integration,
  provider,
}: {
  integration: Integration;
  provider: Provider | undefined;
}) {
  // The version that the fields were filled from, and not the one that a live update has brought since.
  const [version, setVersion] = useState(integration.version);
  const form = useForm<Values, typeof updateIntegration.body>(updateIntegration.body, valuesOf(integration));
  const save = useSend(updateIntegration, {
    ownError: true,
    done: text.connections.saved,
    onDone: (saved) => {
      setVersion(saved.version);
      form.reset(valuesOf(saved));
    },
  });
  const { values, errors, set } = form;
  const isOauth = provider?.authKind === 'oauth2';
  const isLive = integration.environment === 'live';
  return (
    <form
      noValidate
      className="flex max-w-2xl flex-col gap-4.5"
      onSubmit={form.submit((body) =>
        save.mutateAsync({ params: { id: integration.id }, body, ifMatch: version }),
      )}
    >
      <TextField
        label={text.connections.name}
        name="integration-name"
        autoComplete="off"
        value={values.name}
        error={errors['name']}
        onChange={(name) => set('name', name)}
      />
      {isOauth && isLive ? (
        <>
          <RedirectUri providerId={integration.provider} providerName={provider.name} />
          <TextField
            label={text.connections.clientId}
            hint={text.connections.clientIdHint}
            name="client-id"
            autoComplete="off"
            value={values.clientId ?? ''}
            error={errors['clientId']}
            onChange={(id) => set('clientId', id === '' ? null : id)}
          />
          <SecretField
            key={version}
            isSet={integration.hasClientSecret}
            value={values.clientSecret}
            error={errors['clientSecret']}
            onChange={(secret) => set('clientSecret', secret)}
          />
        </>
      ) : null}
      <Disclosure
        label={text.connections.advanced}
        open={integration.scopes !== null || Object.keys(integration.hosts).length > 0}
      >
        <div className="flex flex-col gap-5 rounded-lg border border-line p-4">
          {isOauth ? (
            <ScopeField
              value={values.scopes}
              standard={provider.scopes}
              error={errors['scopes']}
              onChange={(scopes) => set('scopes', scopes)}
            />
          ) : null}
          <HostRows value={values.hosts} errors={errors} onChange={(hosts) => set('hosts', hosts)} />
        </div>
      </Disclosure>
      <FormError error={form.error} />
      <span>
        <Button variant="primary" type="submit" busy={form.isBusy}>
          {text.ui.save}
        </Button>
      </span>
    </form>
  );
}
