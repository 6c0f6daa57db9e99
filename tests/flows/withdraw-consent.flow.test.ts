import {
  createConsent,
  createPurpose,
  createWebhook,
  listDeliveries,
  publishEvent,
  retryDelivery,
} from '@mortise/contract';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../../apps/server/testing/start-test-server.ts';
import { launchChromium } from '../support/chromium.ts';
import { look } from '../support/look.ts';
import { startReceiver } from '../support/receiver.ts';
import { signedInPage } from '../support/signed-in-page.ts';

let server: TestServer;
let browser: Browser;
let page: Page;
let complaints: string[];
let receiver: Awaited<ReturnType<typeof startReceiver>>;
const problems: string[] = [];

beforeAll(async () => {
  receiver = await startReceiver();
  server = await startTestServer({ sandbox: false });
  browser = await launchChromium();
  ({ page, complaints } = await signedInPage(browser, server));
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await receiver?.close();
});

test('a consent that is withdrawn stops what is queued for that person, and nothing of another', async () => {
  const { client } = await server.owner();
  await client.call(createPurpose, {
    body: {
      key: 'newsletter',
      name: 'Newsletter',
      legalBasis: 'consent',
      texts: { en: 'We tell our newsletter service that you subscribed.' },
    },
  });
  for (const subjectId of ['ann', 'bob'])
    await client.call(createConsent, { body: { subjectId, purpose: 'newsletter', textVersion: 1 } });
  // The endpoint is down, so that what is sent to it waits for its next attempt, which is far off.
  receiver.answer(500);
  await client.call(createWebhook, {
    body: {
      name: 'Newsletter service',
      url: receiver.url,
      events: ['person.subscribed'],
      settings: {
        consent: { purpose: 'newsletter', subject: '/data/person' },
        retry: { enabled: true, attempts: 5, schedule: [3600] },
      },
    },
  });
  for (const person of ['ann', 'bob'])
    await client.call(publishEvent, {
      body: { type: 'person.subscribed', subject: person, data: { person } },
    });
  const statuses = async () =>
    (await client.call(listDeliveries, { query: {} })).data.map(({ status }) => status).toSorted();
  await expect.poll(statuses, { timeout: 20_000 }).toEqual(['retrying', 'retrying']);
  const sentBefore = receiver.received.length;

  await page.goto(`${server.url}/consent`);
  await page.getByRole('link', { name: /ann/ }).first().click();
  await page.getByRole('button', { name: 'Withdraw' }).click();
  const dialog = page.getByRole('alertdialog');
  await dialog.getByText('what is queued for it is stopped').waitFor();
  problems.push(...(await look(page, 'consent-withdraw')));
  await dialog.getByRole('button', { name: 'Withdraw' }).click();
  await page.locator('[data-sonner-toast]').filter({ hasText: 'Grant withdrawn' }).waitFor();
  await page.getByText('Stopped in queue').waitFor();
  problems.push(...(await look(page, 'consent-withdrawn')));

  await page.goto(`${server.url}/deliveries`);
  const row = page.getByRole('row').filter({ hasText: 'Not sent' });
  await row.waitFor();
  expect(await page.getByRole('row').filter({ hasText: 'Retrying' }).count()).toBe(1);
  await row.getByRole('link').first().click();
  await page
    .getByText(/withdrew their grant/)
    .first()
    .waitFor();
  problems.push(...(await look(page, 'delivery-stopped')));

  // The endpoint is up again: what is left goes to it, and what was stopped never does.
  receiver.answer(204);
  const { data } = await client.call(listDeliveries, { query: { status: 'retrying' } });
  await client.call(retryDelivery, { params: { id: data[0]!.id } });
  await expect.poll(statuses, { timeout: 20_000 }).toEqual(['delivered', 'skipped']);
  const people = receiver.received
    .slice(sentBefore)
    .map(({ body }) => (JSON.parse(body) as { data: { person: string } }).data.person);
  expect(people).toEqual(['bob']);
  expect(problems).toEqual([]);
  expect(complaints).toEqual([]);
});
