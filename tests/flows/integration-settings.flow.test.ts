import { createIntegration, readIntegration } from '@mortise/contract';
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

let server: TestServer;
let owner: TestPerson;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  server = await startTestServer();
  owner = await server.owner();
  browser = await launchChromium();
  ({ page } = await signedInPage(browser, server));
  await page.setViewportSize({ width: 1280, height: 1100 });
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

test('settings are tried before they are saved, and what is wrong is told in plain words; calls and features can be set', async () => {
  const { client, hosts } = server.sandbox!.providers.find(({ id }) => id === 'hubspot')!;
  const body = { provider: 'hubspot', environment: 'live', name: 'Real one', hosts } as const;
  const { id } = await owner.client.call(createIntegration, { body });
  const params = { id };
  await page.goto(`${server.url}/integrations/${id}`);
  const attempt = page.getByRole('button', { name: 'Test these settings' });
  const result = page.locator('div[role=status]');

  await page.getByLabel('Client id').fill(client.id);
  await page.getByLabel('Client secret').fill('not-the-secret');
  await attempt.click();
  await result.getByText('HubSpot does not know this app.').waitFor();
  expect(await owner.client.call(readIntegration, { params })).toMatchObject({ clientId: null, version: 1 });
  await page.getByLabel('Client secret').fill(client.secret);
  await attempt.click();
  await expect.poll(() => result.getByText('Fine', { exact: true }).count()).toBe(3);

  await page.getByLabel('Further tries').fill('99');
  await page.getByLabel('Longest wait').fill('45');
  await page.getByLabel('Sync Contacts').click();
  await page.getByLabel('Calls through the proxy').click();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('A whole number from 0 to 10.').waitFor();
  await page.getByLabel('Further tries').fill('2');
  expect(await look(page, 'integration-settings')).toEqual([]);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Integration saved').waitFor();
  const saved = await owner.client.call(readIntegration, { params });
  expect(saved).toMatchObject({
    clientId: client.id,
    hasClientSecret: true,
    timeoutMs: 45_000,
    retries: 2,
    features: { proxy: false, webhooks: true },
  });
  expect(saved.features.resources).not.toContain('contacts');
  expect(saved.features.resources).not.toEqual([]);
}, 120_000);
