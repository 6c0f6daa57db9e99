import {
  createIntegration,
  listProviders,
  readConnection,
  updateConnection,
  listConnections,
  startConnect,
} from '@mortise/contract';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  startTestServer,
  type TestPerson,
  type TestServer,
} from '../../apps/server/testing/start-test-server.ts';
import { launchChromium } from '../support/chromium.ts';
import { connectSandbox } from '../support/connect-sandbox.ts';
import { giveConsent } from '../support/give-consent.ts';
import { look } from '../support/look.ts';
import { signedInPage } from '../support/signed-in-page.ts';

let server: TestServer;
let browser: Browser;
let page: Page;
let owner: TestPerson;
let complaints: string[];
const problems: string[] = [];

beforeAll(async () => {
  server = await startTestServer();
  browser = await launchChromium();
  ({ page, complaints } = await signedInPage(browser, server));
  owner = await server.owner();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

test('an account is given a label and notes, which stand for it from then on', async () => {
  const { data: providers } = await owner.client.call(listProviders, {});
  const provider = providers.find(({ id }) => id === 'hubspot')!;
  const integration = await owner.client.call(createIntegration, {
    body: { provider: provider.id, environment: 'sandbox' },
  });
  await connectSandbox(server, owner, provider, integration.id);
  const answer = await (await fetch(`${server.sandbox?.url}/_control`)).json();
  const { accounts } = (answer as { providers: { id: string; accounts: { id: string }[] }[] }).providers.find(
    ({ id }) => id === provider.id,
  )!;
  const { authorizeUrl } = await owner.client.call(startConnect, {
    params: { provider: provider.id },
    body: { integrationId: integration.id },
  });
  await giveConsent(owner, authorizeUrl, accounts[1]!.id);
  const { data } = await owner.client.call(listConnections, { query: {} });
  const [{ id, accountName }] = data as [(typeof data)[number]];

  await page.goto(`${server.url}/connections/${id}`);
  await page.getByRole('heading', { name: accountName, level: 1 }).waitFor();
  const open = async () => {
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Edit label and notes' }).click();
  };
  await open();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Label').fill('Sales, north');
  const note = async (at: number, key: string, value: string) => {
    await dialog.getByRole('button', { name: 'Add note' }).click();
    await dialog.getByLabel(`Key of note ${at}`).fill(key);
    await dialog.getByLabel(`Text of note ${at}`).fill(value);
  };
  await note(1, 'owner', 'Ada, of the sales team in the north');
  await note(2, 'owner', 'Bob');
  await note(3, 'k'.repeat(41), 'too long a key');
  await note(4, '', 'a text without a key');
  const save = () => dialog.getByRole('button', { name: 'Save' }).click();
  await save();
  await dialog.getByText('This key stands above already').waitFor();
  await dialog.getByText('At most 40 characters.').waitFor();
  await dialog.getByText('Give this text a key.').waitFor();
  problems.push(...(await look(page, 'account-label-wrong')));
  expect((await owner.client.call(readConnection, { params: { id } })).metadata).toEqual({});

  await dialog.getByLabel('Key of note 2').fill('deputy');
  await dialog.getByRole('button', { name: 'Remove note 3' }).click();
  await dialog.getByLabel('Key of note 3').fill('cost centre');
  await save();
  await page.locator('[data-sonner-toast]').filter({ hasText: 'Label and notes saved' }).waitFor();
  await page.getByRole('heading', { name: 'Sales, north', level: 1 }).waitFor();
  await page.getByText('Ada, of the sales team in the north').waitFor();
  problems.push(...(await look(page, 'account-labelled')));
  expect(await owner.client.call(readConnection, { params: { id } })).toMatchObject({
    label: 'Sales, north',
    metadata: {
      owner: 'Ada, of the sales team in the north',
      deputy: 'Bob',
      'cost centre': 'a text without a key',
    },
  });

  await page.getByRole('button', { name: /Switch account/ }).click();
  await page.getByRole('dialog').getByText('Sales, north').waitFor();
  problems.push(...(await look(page, 'account-label-switcher')));
  await page.keyboard.press('Escape');
  await page.goto(`${server.url}/connections`);
  await page.getByRole('row').filter({ hasText: 'Sales, north' }).waitFor();
  problems.push(...(await look(page, 'account-label-list')));

  // Somebody else was faster: it is said, and what they wrote is kept.
  await page.goto(`${server.url}/connections/${id}`);
  await open();
  await dialog.getByLabel('Label').waitFor();
  await owner.client.call(updateConnection, { params: { id }, body: { label: 'Theirs' } });
  await dialog.getByLabel('Label').fill('Mine');
  await save();
  await dialog.getByRole('alert').waitFor();
  problems.push(...(await look(page, 'account-label-conflict')));
  expect((await owner.client.call(readConnection, { params: { id } })).label).toBe('Theirs');
  await dialog.getByRole('button', { name: 'Cancel' }).click();

  // An empty label is none: the provider's own name is back.
  await open();
  await dialog.getByLabel('Label').fill('');
  await save();
  await page.getByRole('heading', { name: accountName, level: 1 }).waitFor();
  expect(problems).toEqual([]);
  expect(complaints.filter((one) => !one.includes('412'))).toEqual([]);
});
