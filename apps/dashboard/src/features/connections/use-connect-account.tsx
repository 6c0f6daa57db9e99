import { connectWithFields, type Integration, type Provider } from '@mortise/contract';
import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useSend } from '../../app/use-send.ts';
import { text } from '../../messages/index.ts';
import type { AccountRequest } from './account-request.ts';
import { ClientDialog } from './client-dialog.tsx';
import { EntryDialog } from './entry-dialog.tsx';
import { useConnect } from './use-connect.ts';
import { useProviders } from './use-providers.ts';

/**
 * Connects an account in the way of its provider: by what is entered here; by the integration's own client; by consent there, which some providers
 * first want to know an address for. A sandbox knows its own address.
 */
export function useConnectAccount() {
  const { find } = useProviders();
  const { connect, connectOrThrow, isBusy } = useConnect();
  const [asking, setAsking] = useState<{ provider: Provider; request: AccountRequest }>();
  const close = () => setAsking(undefined);

  let dialog: ReactNode = null;
  if (asking !== undefined) {
    const { provider, request } = asking;
    dialog =
      provider.connectsBy === 'client' ? (
        <ClientDialog provider={provider} request={request} onClose={close} />
      ) : provider.fields.length > 0 ? (
        <FieldsDialog provider={provider} request={request} onClose={close} />
      ) : (
        <EntryDialog
          title={text.connections.inputsTitle(provider.name)}
          description={text.connections.inputsText(provider.name)}
          fields={provider.inputs}
          name="inputs"
          confirm={text.connections.inputsConfirm(provider.name)}
          onSend={(inputs) => connectOrThrow({ ...request, inputs }, { ownError: true })}
          onClose={close}
        />
      );
  }
  return {
    connect: (request: AccountRequest): void => {
      const provider = find(request.provider);
      if (provider !== undefined && asksFirst(provider, request.environment))
        setAsking({ provider, request });
      else connect(request);
    },
    isBusy,
    /** Stands somewhere on the page. */
    dialog,
  };
}

/** Whether something has to be entered before an account can be connected. */
function asksFirst(provider: Provider, environment: Integration['environment']): boolean {
  if (provider.connectsBy === 'client') return true;
  return provider.fields.length > 0 || (provider.inputs.length > 0 && environment === 'live');
}

function FieldsDialog({
  provider,
  request,
  onClose,
}: {
  provider: Provider;
  request: AccountRequest;
  onClose: () => void;
}) {
  const navigate = useNavigate();
  const send = useSend(connectWithFields, {
    ownError: true,
    onDone: ({ id }) => {
      onClose();
      void navigate({ to: '/connections/$id', params: { id }, search: { connected: id } });
    },
  });
  const { integrationId, reconnect, environment } = request;
  return (
    <EntryDialog
      title={text.connections.fieldsTitle(provider.name, reconnect !== undefined)}
      description={
        environment === 'sandbox'
          ? text.connections.fieldsSandboxText(provider.name)
          : text.connections.fieldsText(provider.name)
      }
      fields={provider.fields}
      name="values"
      attempt={{ provider: provider.name, bodyOf: (values) => ({ integrationId, values }) }}
      confirm={reconnect === undefined ? text.connections.connect : text.connections.reconnect}
      onSend={(values) => send.mutateAsync({ params: { id: integrationId }, body: { values, reconnect } })}
      onClose={onClose}
    />
  );
}
