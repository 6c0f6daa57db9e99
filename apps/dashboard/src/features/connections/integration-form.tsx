import {
  updateIntegration,
  type Integration,
  type IntegrationFeatures,
  type Provider,
} from '@mortise/contract';
import { useState } from 'react';
import { useForm } from '../../app/use-form.ts';
import { useSend } from '../../app/use-send.ts';
import { text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { FormError } from '../../ui/form-error.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { FeatureField } from './feature-field.tsx';
import { HostRows } from './host-rows.tsx';
import { NumberField } from './number-field.tsx';
import { RedirectUri } from './redirect-uri.tsx';
import { ScopeField } from './scope-field.tsx';
import { SecretField } from './secret-field.tsx';
import { SettingsTest } from './settings-test.tsx';

interface Values {
  name: string;
  clientId: string | null;
  clientSecret: string | undefined;
  hosts: Record<string, string>;
  scopes: string[] | null;
  timeoutMs: number | null;
  retries: number | null;
  features: IntegrationFeatures;
}

function valuesOf(integration: Integration): Values {
  const { name, clientId, hosts, scopes, timeoutMs, retries, features } = integration;
  return { name, clientId, hosts, scopes, timeoutMs, retries, features, clientSecret: undefined };
}

/** Whether anything lies behind the disclosure that is not as it is by itself. */
function isAdvanced({ scopes, hosts, timeoutMs, retries, features }: Integration): boolean {
  const { resources, proxy, webhooks } = features;
  const isUsual = [scopes, timeoutMs, retries, resources].every((one) => one === null) && proxy && webhooks;
  return !isUsual || Object.keys(hosts).length > 0;
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
  // What its address lacks is asked when an account is connected: until then there is nobody to try it with.
  const lacksAddress = provider?.connectsBy === 'client' && provider.inputs.length > 0 && isLive;
  const isMoved = JSON.stringify(values.hosts) !== JSON.stringify(integration.hosts);
  const attempt = {
    integrationId: integration.id,
    // The secret that is kept is tried only with the addresses that are kept: those are named only when they differ.
    ...(isMoved ? { hosts: values.hosts } : {}),
    ...(values.clientId === integration.clientId ? {} : { clientId: values.clientId }),
    ...(values.clientSecret === undefined ? {} : { clientSecret: values.clientSecret }),
  };
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
          {provider.connectsBy === 'consent' ? (
            <RedirectUri providerId={integration.provider} providerName={provider.name} />
          ) : null}
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
      <Disclosure label={text.connections.advanced} open={isAdvanced(integration)}>
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
          <NumberField
            key={`timeout-${version}`}
            label={text.connections.timeout}
            hint={text.connections.timeoutHint}
            name="timeout"
            value={values.timeoutMs === null ? null : values.timeoutMs / 1000}
            error={errors['timeoutMs'] === undefined ? undefined : text.connections.timeoutRange}
            onChange={(seconds) => set('timeoutMs', seconds === null ? null : Math.round(seconds * 1000))}
          />
          <NumberField
            key={`retries-${version}`}
            label={text.connections.retries}
            hint={text.connections.retriesHint}
            name="retries"
            value={values.retries}
            error={errors['retries'] === undefined ? undefined : text.connections.retriesRange}
            onChange={(retries) => set('retries', retries)}
          />
          <FeatureField
            value={values.features}
            resources={provider?.resources ?? []}
            onChange={(features) => set('features', features)}
          />
        </div>
      </Disclosure>
      {lacksAddress ? null : (
        <SettingsTest
          body={attempt}
          provider={provider?.name ?? integration.provider}
          label={text.connections.testSettings}
          hint={
            isMoved && isOauth && integration.hasClientSecret && values.clientSecret === undefined
              ? text.connections.testSecretHint
              : text.connections.testSettingsHint
          }
        />
      )}
      <FormError error={form.error} />
      <span>
        <Button variant="primary" type="submit" busy={form.isBusy}>
          {text.ui.save}
        </Button>
      </span>
    </form>
  );
}
