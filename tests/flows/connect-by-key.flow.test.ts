import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../../apps/server/testing/start-test-server.ts';
import { launchChromium } from '../support/chromium.ts';
import { look } from '../support/look.ts';
import { signedInPage } from '../support/signed-in-page.ts';

let server: TestServer;
let browser: Browser;
let page: Page;
const problems: string[] = [];

beforeAll(async () => {
  server = await startTestServer();
  await server.owner();
  browser = await launchChromium();
  ({ page } = await signedInPage(browser, server));
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const button = (name: string | RegExp) => page.getByRole('button', { name });

async function accountOf(provider: string): Promise<{ detail: string; apiKey?: string }> {
  const answer = await fetch(`${server.sandbox?.url}/_control`);
  const { providers } = (await answer.json()) as {
    providers: { id: string; accounts: { detail: string; apiKey?: string }[] }[];
  };
  return providers.find(({ id }) => id === provider)?.accounts[0] ?? { detail: '' };
}

test('a wrong API token is told at its field in plain words, and the right one connects the account', async () => {
  // The dialog says that the control page names the keys.
  const { apiKey = '' } = await accountOf('zapsign');
  await page.goto(`${server.sandbox?.url}/?provider=zapsign`);
  await page.getByText(apiKey).first().waitFor();
  await page.goto(`${server.url}/integrations`);
  await button('Configure ZapSign').click();
  await page.getByRole('dialog').getByText('Sandbox', { exact: true }).first().click();
  await button('Create integration').click();
  await page.waitForURL(/\/integrations\/int_/);
  await button('Connect account').first().click();
  const token = page.getByLabel('API token');
  await token.waitFor();
  problems.push(...(await look(page, 'connect-by-key')));
  await token.fill('not-the-token-of-any-account');
  await page.getByRole('dialog').getByRole('button').last().click();
  await expect.poll(() => page.getByRole('dialog').getByRole('alert').count()).toBeGreaterThan(0);
  expect(await page.getByRole('dialog').innerText()).not.toContain('not-the-token');
  problems.push(...(await look(page, 'connect-by-key-refused')));
  await token.fill(apiKey);
  await page.getByRole('dialog').getByRole('button').last().click();
  await page.waitForURL(/\/connections\/conn_/);
  await page.getByText('Connected').first().waitFor();
  problems.push(...(await look(page, 'connected-by-key')));
  expect(problems).toEqual([]);
});
