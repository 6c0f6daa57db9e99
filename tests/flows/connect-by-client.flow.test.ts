import { createIntegration, readConnection, testConnection } from '@mortise/contract';
import {
  startMachineProvider,
  type MachineProvider,
} from '@mortise/core/connections/testing/machine-provider.ts';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  startTestServer,
  type TestPerson,
  type TestServer,
} from '../../apps/server/testing/start-test-server.ts';
import { launchChromium } from '../support/chromium.ts';
import { look } from '../support/look.ts';
import { signedInPage } from '../support/signed-in-page.ts';

let machine: MachineProvider;
let server: TestServer;
let owner: TestPerson;
let browser: Browser;
let page: Page;
let complaints: string[];
const problems: string[] = [];

beforeAll(async () => {
  machine = await startMachineProvider();
  server = await startTestServer({ sandbox: false, providers: [machine.provider] });
  owner = await server.owner();
  browser = await launchChromium();
  ({ page, complaints } = await signedInPage(browser, server));
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await machine?.close();
});

test('a provider for programs is connected in one dialog, without leaving, and mended in the same', async () => {
  const { id } = await owner.client.call(createIntegration, { body: { provider: 'machine' } });
  await page.goto(`${server.url}/integrations/${id}`);
  await page.getByText('nobody is asked there').waitFor();
  expect(await page.getByText('Redirect address').count()).toBe(0);
  problems.push(...(await look(page, 'client-integration')));
  await page.getByRole('button', { name: 'Connect account' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Portal').fill('127.0.0.1');
  await dialog.getByLabel('Client id').fill(machine.client.id);
  await dialog.getByLabel('Client secret').fill('not the secret');
  problems.push(...(await look(page, 'connect-by-client')));
  const confirm = (name: string) => dialog.getByRole('button', { name, exact: true }).click();
  await confirm('Connect account');
  await dialog.getByText('The provider does not know this app').waitFor();
  expect(await dialog.innerText()).not.toContain('not the secret');
  problems.push(...(await look(page, 'connect-by-client-refused')));
  await dialog.getByLabel('Client secret').fill(machine.client.secret);
  await dialog.getByRole('button', { name: 'Test what was entered' }).click();
  await dialog.getByRole('status').getByText('Client id and secret').waitFor();
  await confirm('Connect account');
  await page.waitForURL(/\/connections\/conn_/);
  await page.getByRole('heading', { name: 'Account 1', level: 1 }).waitFor();
  problems.push(...(await look(page, 'connected-by-client')));
  const connectionId = /conn_\w+/.exec(page.url())![0];
  const read = () => owner.client.call(readConnection, { params: { id: connectionId } });
  expect((await owner.client.call(testConnection, { params: { id: connectionId } })).ok).toBe(true);

  // The secret is changed at the provider, and the token given up: the account says so, and is mended with the new one.
  machine.client.secret = 'the new one';
  machine.expireAll();
  await page.getByRole('button', { name: 'Test connection' }).click();
  await page
    .getByText(/no longer accepts the client id and secret of this integration/)
    .first()
    .waitFor();
  expect((await read()).status).toBe('needs_reconnect');
  problems.push(...(await look(page, 'client-refused')));
  await page.getByRole('button', { name: 'Reconnect' }).first().click();
  await dialog.getByLabel('Portal').fill('127.0.0.1');
  await dialog.getByText('Leave both empty to use those in the settings').waitFor();
  await dialog.getByLabel('Client secret').fill('the new one');
  await confirm('Reconnect');
  await expect.poll(async () => (await read()).status, { timeout: 20_000 }).toBe('connected');
  expect(problems).toEqual([]);
  // What the provider refused is an answer of ours with a status of its own, which a browser tells of.
  expect(complaints.filter((one) => !/status of 4\d\d/.test(one))).toEqual([]);
});
