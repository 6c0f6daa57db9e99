import type { Browser, Page } from 'playwright-core';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newSetupLink } from '@mortise/core/tenants';
import {
  startTestServer,
  testPassword,
  type TestServer,
} from '../../apps/server/testing/start-test-server.ts';
import { launchChromium } from '../support/chromium.ts';
import { look } from '../support/look.ts';
import { startReceiver } from '../support/receiver.ts';

const contacts = 1_200;

let server: TestServer;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let browser: Browser;
let page: Page;
const complaints: string[] = [];
const problems: string[] = [];

beforeAll(async () => {
  server = await startTestServer({ sandbox: { contactsPerAccount: contacts, enforceLimits: true } });
  receiver = await startReceiver();
  browser = await launchChromium();
  page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
  page.setDefaultTimeout(15_000);
  page.on('pageerror', (error) => complaints.push(`page error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
  });
});

afterAll(async () => {
  await browser?.close();
  await receiver?.close();
  await server?.stop();
});

const button = (name: string | RegExp) => page.getByRole('button', { name });
const link = (name: string | RegExp) => page.getByRole('link', { name });
const heading = (name: string | RegExp) => page.getByRole('heading', { name, level: 1 });

/** No part of the page is a placeholder any more. (The live stream keeps the network busy for ever.) */
const loaded = async () => {
  await expect.poll(() => page.locator('main div[role=status]').count()).toBe(0);
};

/** Where the sandbox's levers are. */
async function control(path: string, init?: { method: string; body: unknown }): Promise<unknown> {
  const answer = await fetch(`${server.sandbox?.url}/_control/${path}`, {
    method: init?.method ?? 'GET',
    ...(init === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(init.body) }),
  });
  expect(answer.ok).toBe(true);
  return answer.json();
}

test('from the owner link to a verified delivery and its trace', async () => {
  // The one-time link of the first start.
  const setup = await newSetupLink(server.db, server.url);
  await page.goto(setup ?? '');
  await page.getByLabel('Your name').waitFor();
  problems.push(...(await look(page, 'setup')));
  await page.getByLabel('Your name').fill('Ada Lindqvist');
  await page.getByLabel('Email').fill('ada@example.com');
  await page.getByLabel('Password', { exact: true }).fill(testPassword);
  await page.getByLabel('Organisation').fill('Acme Instruments');
  await button('Create owner and organisation').click();
  await heading('Overview').waitFor();
  problems.push(...(await look(page, 'overview-empty')));

  // Out, and in again by the form.
  await button(/Ada Lindqvist/).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByLabel('Email').waitFor();
  problems.push(...(await look(page, 'sign-in')));
  await page.getByLabel('Email').fill('ada@example.com');
  await page.getByLabel('Password', { exact: true }).fill(testPassword);
  await button('Sign in').click();
  await heading('Overview').waitFor();

  // A webhook of the customer's, before anything happens.
  await page.goto(`${server.url}/webhooks`);
  problems.push(...(await look(page, 'webhooks-empty')));
  await link('Add webhook').first().click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Order system');
  await page.getByLabel('Address').fill(receiver.url);
  await page.getByLabel('Everything').check();
  problems.push(...(await look(page, 'webhook-create')));
  await button('Create webhook').click();
  const secret = await page.getByRole('textbox', { name: 'Signing secret' }).inputValue();
  expect(secret).toMatch(/^whsec_/);
  problems.push(...(await look(page, 'webhook-secret')));
  await button('I have kept it').click();

  // Connect HubSpot in the sandbox.
  await page.goto(`${server.url}/integrations`);
  await button(/Try it in the sandbox/)
    .first()
    .waitFor();
  problems.push(...(await look(page, 'integrations-empty')));
  await button('Try it in the sandbox: HubSpot').click();
  await page.waitForURL(/\/(hubspot\/app|integrations\/int_)/);
  if (!page.url().includes('/hubspot/app')) await button('Connect account').click();
  await button(/Allow/).waitFor();
  problems.push(...(await look(page, 'consent')));
  await button(/Allow/).click();
  await page.waitForURL(/\/connections\/conn_/);
  await page
    .getByText(/Connected as/)
    .first()
    .waitFor();
  problems.push(...(await look(page, 'connection-new')));

  // The first sync, watched live.
  await button('Start syncing Contacts').click();
  const chosen = page.getByRole('dialog').getByRole('button', { name: 'Start syncing' });
  await Promise.race([chosen.click(), page.waitForURL(/\/runs\/run_/)]);
  await page.waitForURL(/\/runs\/run_/);
  const seen = new Set<string>();
  const bar = page.getByRole('progressbar').first();
  const done = page.getByText('Succeeded').first();
  await expect
    .poll(
      async () => {
        if (await bar.isVisible())
          seen.add((await page.getByRole('main').innerText()).match(/[\d,]+(?=\s*records read)/)?.[0] ?? '');
        return done.isVisible();
      },
      { timeout: 60_000, interval: 50 },
    )
    .toBe(true);
  expect(seen.size, 'the figures moved without a reload').toBeGreaterThan(1);
  await page.getByText('1,200').first().waitFor();
  problems.push(...(await look(page, 'run')));

  const verifier = new Webhook(secret);
  const verified = () =>
    receiver.received.map(
      ({ headers, body }) =>
        verifier.verify(body, headers as Record<string, string>) as {
          type: string;
          data: Record<string, unknown>;
        },
    );
  await expect
    .poll(() => verified().filter((event) => event.type === 'contact.created').length, { timeout: 30_000 })
    .toBe(contacts);

  // One contact changes at the provider; the next run finds exactly that one.
  const provider = 'providers/hubspot/records';
  const account = '44810277';
  const { records } = (await control(`${provider}?account=${account}&collection=contacts&limit=1`)) as {
    records: { id: string }[];
  };
  const contact = records[0]?.id ?? '';
  const changed = { account, collection: 'contacts', fields: { jobtitle: 'Chief Joiner' } };
  await control(`${provider}/${contact}`, { method: 'PATCH', body: changed });
  await button('Run again').click();
  await page.getByText('Only changes').first().waitFor();
  await page.getByText('Succeeded').first().waitFor();
  const runId = page.url().split('/').at(-1);
  const found = await page.evaluate(async (id) => (await fetch(`/api/runs/${id}`)).json(), runId);
  expect(found).toMatchObject({ status: 'succeeded', created: 0, updated: 1, deleted: 0 });
  problems.push(...(await look(page, 'run-incremental')));

  await expect
    .poll(() => verified().filter((event) => event.type === 'contact.updated').length, { timeout: 15_000 })
    .toBe(1);
  const updated = verified().find((event) => event.type === 'contact.updated');
  expect(JSON.stringify(updated?.data)).toContain('Chief Joiner');
  const sent = receiver.received.find(({ body }) => body.includes('contact.updated'));
  expect(() => verifier.verify(`${sent?.body} `, sent?.headers as Record<string, string>)).toThrow(
    'No matching signature found',
  );

  // The trace shows every step.
  await link('Follow the trace').first().click();
  await page.waitForURL(/\/traces\//);
  const main = page.getByRole('main');
  await main.getByText('contact.updated').first().waitFor();
  await expect.poll(() => main.innerText()).toMatch(/sync/i);
  await main.getByText(/204/).first().waitFor();
  problems.push(...(await look(page, 'trace')));
  expect(problems).toEqual([]);
});

test('every page has no accessibility violation, in either theme, and fits 360 px', async () => {
  for (const [path, name] of [
    ['/', 'overview'],
    ['/integrations', 'integrations'],
    ['/connections', 'connections'],
    ['/syncs', 'syncs'],
    ['/records', 'records'],
    ['/webhooks', 'webhooks'],
    ['/deliveries', 'deliveries'],
    ['/undelivered', 'undelivered-none'],
    ['/events', 'events'],
    ['/event-types?origin=provider', 'event-types-all'],
    ['/consent', 'consent'],
    ['/members', 'members'],
    ['/audit', 'audit'],
    ['/settings', 'settings'],
    ['/nowhere', 'not-found'],
  ] as const) {
    await page.goto(server.url + path);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await loaded();
    problems.push(...(await look(page, name)));
  }
  // And the first of each kind, opened from its list.
  for (const [path, name] of [
    ['/integrations', 'integration-page'],
    ['/connections', 'connection-page'],
    ['/records', 'record-page'],
    ['/webhooks', 'webhook-page'],
    ['/deliveries', 'delivery-page'],
    ['/events', 'event-page'],
  ] as const) {
    await page.goto(server.url + path);
    await page.locator('main table a').first().click();
    await page.waitForURL((url) => url.pathname !== path);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await loaded();
    problems.push(...(await look(page, name)));
  }
  expect(problems).toEqual([]);
  expect(complaints.filter((line) => !line.includes('401'))).toEqual([]);
});
