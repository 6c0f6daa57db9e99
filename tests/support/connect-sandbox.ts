import { connectWithFields, startConnect, type Provider } from '@mortise/contract';
import type { TestPerson, TestServer } from '../../apps/server/testing/start-test-server.ts';

export interface Account {
  id: string;
  detail: string;
  apiKey?: string;
}

/** The demo accounts of a provider's emulator, as its control page knows them. */
export async function accountsOf(server: TestServer, provider: string): Promise<Account[]> {
  const answer = await fetch(`${server.sandbox?.url}/_control`);
  const { providers } = (await answer.json()) as { providers: { id: string; accounts: Account[] }[] };
  return providers.find(({ id }) => id === provider)?.accounts ?? [];
}

/** Gives consent on the emulator's screen as a person would, and follows the browser back. */
async function consent(owner: TestPerson, authorizeUrl: string): Promise<void> {
  const screen = await (await fetch(authorizeUrl)).text();
  const form = new URLSearchParams({ decision: 'allow' });
  const account = /name="account" value="([^"]+)" checked/.exec(screen)?.[1];
  if (account !== undefined) form.set('account', account);
  const action = /<form[^>]*action="([^"]*)"/.exec(screen)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const answer = await fetch(new URL(action, authorizeUrl), {
    method: 'POST',
    body: form,
    redirect: 'manual',
  });
  const location = answer.headers.get('location');
  if (location === null) throw new Error(`${authorizeUrl} answered ${answer.status}: ${await answer.text()}`);
  const back = new URL(location, authorizeUrl);
  const landed = await owner.fetch(back.pathname + back.search, { redirect: 'manual' });
  const place = landed.headers.get('location') ?? '';
  if (!/connected=conn_/.test(place)) throw new Error(`The way back led to ${place}`);
}

/** Connects the first demo account of a provider's emulator to an integration in the sandbox. */
export async function connectSandbox(
  server: TestServer,
  owner: TestPerson,
  provider: Provider,
  integrationId: string,
): Promise<void> {
  const [account] = await accountsOf(server, provider.id);
  if (provider.authKind !== 'oauth2') {
    const values = Object.fromEntries(provider.fields.map(({ name }) => [name, account?.apiKey ?? '']));
    await owner.client.call(connectWithFields, { params: { id: integrationId }, body: { values } });
    return;
  }
  const inputs = Object.fromEntries(provider.inputs.map(({ name }) => [name, account?.detail ?? '']));
  const { authorizeUrl } = await owner.client.call(startConnect, {
    params: { provider: provider.id },
    body: { integrationId, ...(provider.inputs.length === 0 ? {} : { inputs }) },
  });
  await consent(owner, authorizeUrl);
}
