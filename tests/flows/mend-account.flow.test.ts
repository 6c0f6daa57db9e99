import {
  createIntegration,
  createSync,
  listConnections,
  readConnection,
  startConnect,
} from '@mortise/contract';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../../apps/server/testing/start-test-server.ts';
import { launchChromium } from '../support/chromium.ts';
import { giveConsent } from '../support/give-consent.ts';
import { look } from '../support/look.ts';
import { signedInPage } from '../support/signed-in-page.ts';

const account = 'Padaria Aurora';
const reason = /Instagram no longer accepts this connection: access was withdrawn or has lapsed/;

let server: TestServer;
let browser: Browser;
let page: Page;
let complaints: string[];
let connectionId: string;
const problems: string[] = [];

beforeAll(async () => {
  server = await startTestServer();
  const owner = await server.owner();
  const { id: integrationId } = await owner.client.call(createIntegration, {
    body: { provider: 'instagram', environment: 'sandbox' },
  });
  const { authorizeUrl } = await owner.client.call(startConnect, {
    params: { provider: 'instagram' },
    body: { integrationId },
  });
  connectionId = await giveConsent(owner, authorizeUrl);
  await owner.client.call(createSync, { body: { connectionId, resource: 'media' } });
  browser = await launchChromium();
  ({ page, complaints } = await signedInPage(browser, server));
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const button = (name: string | RegExp) => page.getByRole('button', { name });
const main = () => page.getByRole('main');
const toasts = () => page.locator('[data-sonner-toast]');

/** The person withdraws, at the provider, what they had allowed. */
async function withdraw(): Promise<void> {
  const tokens = `${server.sandbox?.url}/_control/providers/instagram/tokens`;
  const grants = (await (await fetch(tokens)).json()) as { id: string }[];
  expect(grants).toHaveLength(1);
  await fetch(`${tokens}/revoke`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ grantId: grants[0]?.id }),
  });
}

async function allow(name: string): Promise<void> {
  await page.getByText(name).first().click();
  await button(/Allow/).click();
}

test('an account whose access was withdrawn says why and is mended by one button; its syncs are kept', async () => {
  await page.goto(`${server.url}/connections/${connectionId}`);
  await page.getByRole('link', { name: '20 records' }).waitFor();
  await withdraw();
  await button('Test connection').click();
  await main().getByText(reason).waitFor();
  await toasts()
    .getByText(/no longer accepts this connection/)
    .waitFor();
  expect(await toasts().count()).toBe(1);
  problems.push(...(await look(page, 'connection-lapsed')));
  await page.goto(`${server.url}/connections`);
  await main().getByText(reason).waitFor();
  problems.push(...(await look(page, 'connections-lapsed')));

  await page.goto(server.url);
  await main().getByText(reason).waitFor();
  problems.push(...(await look(page, 'overview-lapsed')));
  await button(`Reconnect ${account}`).click();
  await button(/Allow/).waitFor();
  await allow(account);
  await page.waitForURL(new RegExp(`/connections/${connectionId}`));
  await toasts().getByText(`Connected as ${account}`).waitFor();
  await page.getByRole('link', { name: '20 records' }).waitFor();
  const { client } = await server.owner();
  const { data } = await client.call(listConnections, { query: {} });
  expect(data.map(({ id, status }) => [id, status])).toEqual([[connectionId, 'connected']]);
  await page.goto(server.url);
  await main().getByText('All connections work').waitFor();
  expect(problems).toEqual([]);
});

test('consent of another account does not mend it', async () => {
  await page.goto(`${server.url}/connections/${connectionId}`);
  await button('More actions').click();
  await page.getByRole('menuitem', { name: 'Reconnect' }).click();
  await button(/Allow/).waitFor();
  await allow('Northwind Atelier');
  await main().getByText(`as ${account}, whose connection this is`).waitFor();
  await button('Connect it as a new account').waitFor();
  const { client } = await server.owner();
  const { data } = await client.call(listConnections, { query: {} });
  expect(data.map(({ accountName, status }) => [accountName, status])).toEqual([[account, 'connected']]);
});

test('an account is disconnected and erased, with what will happen in words and numbers', async () => {
  await page.goto(`${server.url}/connections/${connectionId}`);
  await button('More actions').click();
  await page.getByRole('menuitem', { name: 'Disconnect' }).click();
  const dialog = page.getByRole('alertdialog');
  await dialog.getByText('20 records stay readable').waitFor();
  await dialog.getByText('20 records and 1 sync with all runs are deleted').waitFor();
  await dialog.getByLabel(/Erase the records/).check();
  problems.push(...(await look(page, 'disconnect')));
  await dialog.getByRole('button', { name: 'Disconnect and erase' }).click();
  await toasts().getByText(`${account} is disconnected, 20 records are erased`).waitFor();
  expect(await toasts().count()).toBe(1);
  await main().getByText('This account is disconnected').waitFor();
  problems.push(...(await look(page, 'disconnected')));
  const { client } = await server.owner();
  const found = await client.call(readConnection, { params: { id: connectionId } });
  expect(found.status).toBe('disconnected');
  await page.goto(`${server.url}/records`);
  await page.getByText('No records yet').waitFor();
  expect(problems).toEqual([]);
  expect(complaints).toEqual([]);
});
