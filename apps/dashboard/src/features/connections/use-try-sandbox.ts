import { createIntegration, type Integration, type Provider } from '@mortise/contract';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useSend } from '../../app/use-send.ts';
import { text } from '../../messages/index.ts';
import { useConnect } from './use-connect.ts';

/**
 * From a provider to its consent page in one press: the sandbox integration that there is, or a new one, and then
 * off to connect an account of it. Where that last step fails, the integration's page is where one goes on.
 */
export function useTrySandbox(integrations: readonly Integration[]) {
  const navigate = useNavigate();
  const create = useSend(createIntegration);
  const { connectOrThrow } = useConnect();
  const [trying, setTrying] = useState<string>();

  const toIntegration = ({ id }: Integration) => navigate({ to: '/integrations/$id', params: { id } });
  const attempt = async (provider: Provider): Promise<void> => {
    const there = integrations.find((one) => one.provider === provider.id && one.environment === 'sandbox');
    const integration =
      there ??
      (await create.mutateAsync({
        body: {
          provider: provider.id,
          environment: 'sandbox',
          name: text.connections.sandboxName(provider.name),
        },
      }));
    // What has to be entered is asked for there.
    if (provider.fields.length > 0) return toIntegration(integration);
    await connectOrThrow({ provider: provider.id, integrationId: integration.id }).catch(() =>
      toIntegration(integration),
    );
  };
  return {
    /** The provider that is being tried. */
    trying,
    trySandbox: (provider: Provider) => {
      setTrying(provider.id);
      // Failures have been told in a toast by then.
      void attempt(provider)
        .catch(() => undefined)
        .finally(() => setTrying(undefined));
    },
  };
}
