import { createIntegration, listConnections, listProviders } from '@mortise/contract';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  startTestServer,
  type TestPerson,
  type TestServer,
} from '../../apps/server/testing/start-test-server.ts';
import { launchChromium } from '../support/chromium.ts';
import { accountsOf, connectSandbox } from '../support/connect-sandbox.ts';
import { look } from '../support/look.ts';
import { signedInPage } from '../support/signed-in-page.ts';

let server: TestServer;
let owner: TestPerson;
let browser: Browser;
let page: Page;
const problems: string[] = [];

beforeAll(async () => {
  server = await startTestServer();
  owner = await server.owner();
  browser = await launchChromium();
  ({ page } = await signedInPage(browser, server));
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const button = (name: string | RegExp) => page.getByRole('button', { name });
const field = (label: string) => page.getByLabel(label, { exact: true }).inputValue();

async function control(path: string, init: RequestInit): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(`${server.sandbox?.url}/_control/${path}`, { ...init, headers });
}

test('a provider posts, a forged request is refused and shown, a duplicate is recognised, one is replayed', async () => {
  const { data: providers } = await owner.client.call(listProviders);
  const provider = providers.find(({ id }) => id === 'hubspot');
  if (provider === undefined) throw new Error('It is not offered');
  const { id: integrationId } = await owner.client.call(createIntegration, {
    body: { provider: 'hubspot', environment: 'sandbox' },
  });
  await connectSandbox(server, owner, provider, integrationId);
  expect((await owner.client.call(listConnections, { query: { integrationId } })).data).toHaveLength(1);

  await page.goto(`${server.url}/integrations/${integrationId}`);
  await button('Subscribe the sandbox').click();
  await page.getByText('The sandbox posts its changes here now').waitFor();
  const url = await field('URL to post to');
  expect(url).toBe(`${server.url}/api/integrations/${integrationId}/webhook`);

  // Somebody edits a contact at the provider.
  const [account] = await accountsOf(server, 'hubspot');
  const of = `account=${account?.id}&collection=contacts`;
  const listed = await control(`providers/hubspot/records?${of}`, {});
  const [contact] = ((await listed.json()) as { records: { id: string }[] }).records;
  const body = JSON.stringify({ account: account?.id, collection: 'contacts', fields: { firstname: 'Ada' } });
  await control(`providers/hubspot/records/${contact?.id}`, { method: 'PATCH', body });
  const table = page.getByRole('table', { name: 'Receipts' });
  await table.getByText('Processed').waitFor();
  problems.push(...(await look(page, 'integration-webhook')));

  // The same again, and one that somebody made up.
  const sent = (await (await control('providers/hubspot/webhooks', {})).json()) as {
    id: number;
    headers: Record<string, string>;
    body: string;
  }[];
  await control(`providers/hubspot/webhooks/${sent[0]?.id}/resend`, { method: 'POST', body: '{}' });
  await table.getByText('Duplicate').waitFor();
  const headers = sent[0]?.headers ?? {};
  const forged = await fetch(url, { method: 'POST', headers, body: `${sent[0]?.body} ` });
  expect(forged.status).toBe(401);
  await table.getByText('Refused').waitFor();

  await page.goto(`${server.url}/receipts`);
  await page.getByRole('heading', { name: 'Receipts', level: 1 }).waitFor();
  await table.getByText('Refused').waitFor();
  problems.push(...(await look(page, 'receipts')));
  await page.getByLabel('Verdict', { exact: true }).selectOption('refused');
  await expect.poll(() => table.getByRole('row').count()).toBe(2);
  await table.getByRole('link').first().click();
  await page.getByText('The signature or credential is not what the secret gives.').first().waitFor();
  expect(await button('Replay').count()).toBe(0);
  problems.push(...(await look(page, 'receipt-refused')));

  await page.goto(`${server.url}/receipts?verdict=duplicate`);
  await table.getByRole('link').first().click();
  await page.getByText('Received before').waitFor();
  await page.getByRole('link', { name: /^rcp_/ }).click();
  await page.getByText('Received before').waitFor({ state: 'detached' });
  await page.getByText('What came of it').waitFor();
  await button('Replay').click();
  await page.getByText('Replayed', { exact: true }).waitFor();
  problems.push(...(await look(page, 'receipt')));
  await page.getByRole('link', { name: /^evt_/ }).first().click();
  await page.getByText('contact.changed').first().waitFor();
  await page.getByText('replayOf').waitFor();
});

test('a source is made by hand, shows its secret once, takes what is signed with it, holds while paused', async () => {
  await page.goto(`${server.url}/sources`);
  await button('Add source').first().click();
  await page.getByLabel('Name', { exact: true }).fill('Orders');
  await page.getByLabel('Type of event').fill('order.placed');
  await page.getByLabel('Verified by').selectOption('bearer');
  problems.push(...(await look(page, 'source-create')));
  await button('Create source').click();
  await page.getByText('Your new source').waitFor();
  const [url, secret] = [await field('URL to post to'), await field('Secret')];
  problems.push(...(await look(page, 'source-secret')));
  await button('I have kept it').click();
  await page.getByRole('heading', { name: 'Orders', level: 1 }).waitFor();
  expect(await page.content()).not.toContain(secret);

  const post = (n: number) =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
      body: JSON.stringify({ n }),
    });
  expect((await post(1)).status).toBe(200);
  const table = page.getByRole('table', { name: 'Receipts' });
  await table.getByText('Processed').waitFor();

  await button('More actions').click();
  await page.getByRole('menuitem', { name: 'Pause' }).click();
  await page.getByText('This source is paused').waitFor();
  expect((await post(2)).status).toBe(200);
  await table.getByText('Held').waitFor();
  problems.push(...(await look(page, 'source-paused')));
  await button('Resume').click();
  await expect.poll(() => table.getByText('Processed').count(), { timeout: 10_000 }).toBe(2);

  await button('More actions').click();
  await page.getByRole('menuitem', { name: 'Rotate secret' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Rotate secret' }).click();
  await page.getByText('The new secret').waitFor();
  await button('I have kept it').click();
  expect((await post(3)).status).toBe(200);

  await button('More actions').click();
  await page.getByRole('menuitem', { name: 'Delete source' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete source' }).click();
  await page.waitForURL(/\/sources$/);
  await expect.poll(async () => (await post(4)).status).toBe(404);
  expect(problems).toEqual([]);
});
