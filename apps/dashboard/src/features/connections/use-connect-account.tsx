import { connectWithFields, type Connection, type Integration, type Provider } from '@mortise/contract';
import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useSend } from '../../app/use-send.ts';
import { text } from '../../messages/index.ts';
import { EntryDialog } from './entry-dialog.tsx';
import { useConnect, type ConnectRequest } from './use-connect.ts';
import { useProviders } from './use-providers.ts';

export interface AccountRequest extends Omit<ConnectRequest, 'inputs'> {
  environment: Integration['environment'];
}

/** What mends a connection: the same account, once more. */
export function reconnectionOf(connection: Connection): AccountRequest {
  const { id, provider, integrationId, environment } = connection;
  return { provider, integrationId, environment, reconnect: id };
}

/**
 * Connects an account in the way of its provider: by what is entered here; by consent there, which some providers
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
      provider.fields.length > 0 ? (
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
      attempt={{ integrationId, provider: provider.name }}
      confirm={reconnect === undefined ? text.connections.connect : text.connections.reconnect}
      onSend={(values) => send.mutateAsync({ params: { id: integrationId }, body: { values, reconnect } })}
      onClose={onClose}
    />
  );
}
