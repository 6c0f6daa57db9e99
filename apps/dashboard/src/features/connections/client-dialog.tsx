import {
  connectWithFields,
  readIntegration,
  testIntegration,
  updateIntegration,
  type ErrorCode,
  type InputField,
  type Integration,
  type Provider,
  type ProviderFault,
} from '@mortise/contract';
import { MortiseError } from '@mortise/sdk';
import { useNavigate } from '@tanstack/react-router';
import { useMay } from '../../app/me.ts';
import { useRead } from '../../app/use-read.ts';
import { useSend } from '../../app/use-send.ts';
import { text } from '../../messages/index.ts';
import type { AccountRequest } from './account-request.ts';
import { EntryDialog } from './entry-dialog.tsx';

interface ClientDialogProps {
  provider: Provider;
  request: AccountRequest;
  onClose: () => void;
}

/** No account is told apart by more than its client: what is entered here becomes the integration's own. */
const clientNames = { id: 'client_id', secret: 'client_secret' };

/**
 * Connects an account by the integration's own OAuth client, with no consent page. Whoever may configure the integration
 * may set its client here; what the provider refuses does not take the place of what is kept.
 */
export function ClientDialog({ provider, request, onClose }: ClientDialogProps) {
  const { integrationId, reconnect, environment } = request;
  const navigate = useNavigate();
  const mayConfigure = useMay('admin');
  const integration = useRead(readIntegration, { params: { id: integrationId } }).data;
  const attempt = useSend(testIntegration, { ownError: true });
  const save = useSend(updateIntegration, { ownError: true });
  const connect = useSend(connectWithFields, {
    ownError: true,
    onDone: ({ id }) => {
      onClose();
      void navigate({ to: '/connections/$id', params: { id }, search: { connected: id } });
    },
  });
  if (integration === undefined) return null;

  const isLive = environment === 'live';
  const bodyOf = ({
    [clientNames.id]: clientId,
    [clientNames.secret]: clientSecret,
    ...values
  }: Record<string, string | undefined>) => ({
    client: {
      ...(clientId === undefined ? {} : { clientId }),
      ...(clientSecret === undefined ? {} : { clientSecret }),
    },
    values: values as Record<string, string>,
  });
  const send = async (entries: Record<string, string>): Promise<void> => {
    const { client, values } = bodyOf(entries);
    if (Object.keys(client).length > 0) {
      const { checks } = await attempt.mutateAsync({ body: { integrationId, ...client, values } });
      const failed = checks.find(({ ok }) => !ok);
      if (failed !== undefined) throw refusal(failed);
      await save.mutateAsync({ params: { id: integrationId }, body: client, ifMatch: integration.version });
    }
    await connect.mutateAsync({ params: { id: integrationId }, body: { values, reconnect } });
  };
  return (
    <EntryDialog
      title={text.connections.fieldsTitle(provider.name, reconnect !== undefined)}
      description={
        isLive
          ? text.connections.clientText(provider.name)
          : text.connections.clientSandboxText(provider.name)
      }
      fields={[
        ...(isLive ? provider.inputs : []),
        ...(isLive && mayConfigure ? clientFields(integration) : []),
      ]}
      name="values"
      attempt={{
        provider: provider.name,
        bodyOf: (entries) => {
          const { client, values } = bodyOf(entries);
          return { integrationId, ...client, values };
        },
      }}
      confirm={reconnect === undefined ? text.connections.connect : text.connections.reconnect}
      onSend={send}
      onClose={onClose}
    />
  );
}

/** The client, which is needed only where none is kept. */
function clientFields({ clientId, hasClientSecret }: Integration): InputField[] {
  const isSet = clientId !== null && hasClientSecret;
  const help = { help: isSet ? text.connections.clientKept : text.connections.clientIdHint };
  return [
    { name: clientNames.id, label: text.connections.clientId, secret: false, required: !isSet, ...help },
    { name: clientNames.secret, label: text.connections.clientSecret, secret: true, required: !isSet },
  ];
}

/** What went wrong at the provider, as the API says it of a connection. */
const codes: Record<ProviderFault, ErrorCode> = {
  client_missing: 'unprocessable',
  wrong_client: 'wrong_client',
  wrong_key: 'wrong_key',
  unreachable: 'provider_unreachable',
  unauthorized: 'needs_reconnect',
  forbidden: 'provider_forbidden',
  rate_limited: 'provider_rate_limited',
  provider_unavailable: 'provider_unavailable',
  provider_refused: 'provider_refused',
};

function refusal({ fault, message }: { fault: ProviderFault | null; message: string }): MortiseError {
  return new MortiseError({
    code: codes[fault ?? 'provider_refused'],
    title: message,
    detail: message,
    status: 422,
  });
}
