import { connectWithFields, startConnect, type Provider } from '@mortise/contract';
import type { TestPerson, TestServer } from '../../apps/server/testing/start-test-server.ts';
import { giveConsent } from './give-consent.ts';

export interface Account {
  id: string;
  detail: string;
  apiKey?: string;
  fields?: Record<string, string>;
}

/** The demo accounts of a provider's emulator, as its control page knows them. */
export async function accountsOf(server: TestServer, provider: string): Promise<Account[]> {
  const answer = await fetch(`${server.sandbox?.url}/_control`);
  const { providers } = (await answer.json()) as { providers: { id: string; accounts: Account[] }[] };
  return providers.find(({ id }) => id === provider)?.accounts ?? [];
}

/** Connects the first demo account of a provider's emulator to an integration in the sandbox. */
export async function connectSandbox(
  server: TestServer,
  owner: TestPerson,
  provider: Provider,
  integrationId: string,
): Promise<void> {
  const [account] = await accountsOf(server, provider.id);
  if (provider.connectsBy !== 'consent') {
    const typed = ({ name }: { name: string }) => account?.fields?.[name] ?? account?.apiKey ?? '';
    const values = Object.fromEntries(provider.fields.map((field) => [field.name, typed(field)]));
    await owner.client.call(connectWithFields, { params: { id: integrationId }, body: { values } });
    return;
  }
  const inputs = Object.fromEntries(provider.inputs.map(({ name }) => [name, account?.detail ?? '']));
  const { authorizeUrl } = await owner.client.call(startConnect, {
    params: { provider: provider.id },
    body: { integrationId, ...(provider.inputs.length === 0 ? {} : { inputs }) },
  });
  await giveConsent(owner, authorizeUrl);
}
