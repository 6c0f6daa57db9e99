import { listReceipts, listSources, readSource } from '@mortise/contract';
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
const problems: string[] = [];

beforeAll(async () => {
  server = await startTestServer({ sandbox: false });
  owner = await server.owner();
  browser = await launchChromium();
  ({ page } = await signedInPage(browser, server));
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const button = (name: string | RegExp) => page.getByRole('button', { name });
const field = (label: string) => page.getByLabel(label, { exact: true });
const told = (words: string) => page.getByText(words, { exact: true }).waitFor();

const inDialog = (words: string) => page.getByRole('dialog').getByText(words, { exact: true }).waitFor();

let url = '';
let secret = '';
let id = '';

const post = (body: string, key = secret) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body,
  });
const source = () => owner.client.call(readSource, { params: { id } });
async function processed(count: number): Promise<void> {
  const query = { sourceId: id, state: 'processed' as const };
  await expect
    .poll(async () => (await owner.client.call(listReceipts, { query })).data.length, { timeout: 15_000 })
    .toBe(count);
}

test('a source is made with limits of its own, each wrong one told at its field', async () => {
  await page.goto(`${server.url}/sources`);
  await button('Add source').first().click();
  await field('Name').fill('Orders');
  await field('Verified by').selectOption('bearer');
  await field('Addresses that may post').fill('127.0.0.1, ::1, nowhere!');
  await button(/^Limits/).click();
  await field('Largest body').fill('0');
  await field('Requests a minute').fill('');
  await button(/^Duplicates/).click();
  await field('Known again by').selectOption('pointer');
  await field('Place in the body').fill('id');
  await field('Remembered for, in hours').fill('721');
  await button(/^What follows/).click();
  await field('Receipts kept, in days').fill('1.5');
  await button('Create source').click();
  await told('nowhere!: This must be an address or a CIDR range.');
  await told('From 1 byte to 10 MiB.');
  await told('Fill this in.');
  await told('This must be a JSON pointer such as /event/id.');
  await told('At most 720.');
  await told('A whole number.');
  problems.push(...(await look(page, 'source-form-wrong')));

  await field('Addresses that may post').fill('127.0.0.1, ::1');
  await field('Largest body').fill('2');
  await field('Unit').selectOption('KiB');
  await field('Requests a minute').fill('600');
  await field('Place in the body').fill('/id');
  await field('Remembered for, in hours').fill('24');
  await field('Processed by').selectOption('store-only');
  await field('Receipts kept, in days').fill('7');
  problems.push(...(await look(page, 'source-form')));
  await button('Create source').click();
  await page.getByText('Your new source').waitFor();
  [url, secret] = [await field('URL to post to').inputValue(), await field('Secret').inputValue()];
  await button('I have kept it').click();
  await page.getByRole('heading', { name: 'Orders', level: 1 }).waitFor();
  id = (await owner.client.call(listSources, {})).data[0]?.id ?? '';
  expect(await source()).toMatchObject({
    maxBytes: 2_048,
    perMinute: 600,
    dedupe: { by: 'pointer', pointer: '/id' },
    dedupeHours: 24,
    processor: 'store-only',
    keepDays: 7,
    allow: ['127.0.0.1', '::1'],
  });
  await told('2 KiB a body, 600 requests a minute');
  await told('By /id in the body, for 24 hours');

  expect((await post(JSON.stringify({ id: 1 }))).status).toBe(200);
  expect((await post(JSON.stringify({ id: 1, again: true }))).status).toBe(200);
  expect((await post('x'.repeat(3_000))).status).toBe(413);
  await page.getByRole('table', { name: 'Receipts' }).getByText('Duplicate').waitFor();
});

test('it is changed in the same form, and what was not touched stays', async () => {
  await page.goto(`${server.url}/sources/${id}`);
  await button('Edit').click();
  await button(/^Limits 2 KiB a body, 600 requests a minute/).click();
  await field('Largest body').fill('1.5');
  await field('Unit').selectOption('MiB');
  await button(/^What follows/).click();
  await field('Processed by').selectOption('');
  await page.getByLabel('Send its events on to webhooks').uncheck();
  problems.push(...(await look(page, 'source-edit')));
  await button('Save').click();
  await page.getByText('Source saved').waitFor();
  await told('1.5 MiB a body, 600 requests a minute');
  await told('In the log alone');
  expect(await source()).toMatchObject({
    status: 'active',
    maxBytes: 1.5 * 1024 * 1024,
    perMinute: 600,
    dedupe: { by: 'pointer', pointer: '/id' },
    dedupeHours: 24,
    processor: null,
    forward: false,
    keepDays: 7,
  });
});

test('a flood of forged requests is told of where its receipts are missing, and stands in the figures', async () => {
  await Promise.all(Array.from({ length: 75 }, () => post('{}', 'guessed')));
  await page.goto(`${server.url}/receipts`);
  await page.getByText(/^\d+ refused requests of the last 24 hours were counted and not kept$/).waitFor();
  await page.getByRole('list', { name: 'At which sources' }).getByRole('link', { name: 'Orders' }).waitFor();
  problems.push(...(await look(page, 'receipts-unkept')));
  await page.getByRole('list', { name: 'At which sources' }).getByRole('link', { name: 'Orders' }).click();
  await page.getByText(/^\d+ of them not kept$/).waitFor();
  await page.getByRole('img', { name: /^Refused by the hour: 76 in 24 hours$/ }).waitFor();
  await page.getByText('By the hour').click();
  problems.push(...(await look(page, 'source-figures-day')));
  await page.getByRole('radio', { name: '30 days' }).click();
  await page.getByRole('img', { name: /^Refused by the day: 76 in 30 days$/ }).waitFor();
  await page.getByText('By the day').click();
  await page.getByRole('table', { name: 'By the day' }).getByRole('cell', { name: '76' }).waitFor();
  problems.push(...(await look(page, 'source-figures-month')));
  expect(problems).toEqual([]);
});

test('a replay shows how many of how many are done, is cancelled while it waits, and another comes to its end', async () => {
  for (const n of [2, 3, 4, 5]) await post(JSON.stringify({ id: n }));
  await processed(5);
  await page.goto(`${server.url}/sources/${id}?verdict=accepted`);
  await button('More actions').click();
  await page.getByRole('menuitem', { name: 'Pause' }).click();
  await page.getByText('This source is paused').waitFor();
  await button('More actions').click();
  await page.getByRole('menuitem', { name: 'Replay receipts' }).click();
  await field('Of which time').selectOption('hour');
  problems.push(...(await look(page, 'receipt-replay-dialog')));
  await button('Start replay').click();
  await inDialog('0 of 5 done');
  await inDialog('The source is paused: what waits is processed once it is resumed.');
  problems.push(...(await look(page, 'receipt-replay-progress')));
  await page.getByRole('dialog').getByRole('button', { name: 'Close', exact: true }).last().click();
  await page.getByRole('heading', { name: 'Replay under way' }).waitFor();
  problems.push(...(await look(page, 'source-replaying')));
  await button('Cancel replay').click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel replay' }).click();
  await page.getByText('Replay cancelled').waitFor();
  await page.getByRole('heading', { name: 'Replay under way' }).waitFor({ state: 'detached' });
  const history = page.getByRole('table', { name: 'Replays' });
  await history.getByText('Cancelled', { exact: true }).waitFor();
  await history.getByText(/^Cancelled by /).waitFor();

  await button('Resume').click();
  await page.getByText('This source is paused').waitFor({ state: 'detached' });
  await button('More actions').click();
  await page.getByRole('menuitem', { name: 'Replay receipts' }).click();
  await button('Start replay').click();
  await inDialog('5 of 5 done');
  await inDialog('5 receipts were processed again.');
  problems.push(...(await look(page, 'receipt-replay-done')));
  await page.getByRole('dialog').getByRole('button', { name: 'Close', exact: true }).last().click();
  await history.getByText('Done', { exact: true }).last().waitFor();
  expect(problems).toEqual([]);
});
