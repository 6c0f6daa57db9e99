import { testWebhook } from '@mortise/contract';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../../apps/server/testing/start-test-server.ts';
import { launchChromium } from '../support/chromium.ts';
import { look } from '../support/look.ts';
import { startReceiver } from '../support/receiver.ts';
import { signedInPage } from '../support/signed-in-page.ts';

/** Deliveries that fail before anybody looks. */
const first = 4;
/** Those after them: with these the endpoint is left alone for a while. */
const then = 8;

let server: TestServer;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let browser: Browser;
let page: Page;
let complaints: string[];
const problems: string[] = [];

beforeAll(async () => {
  server = await startTestServer({ sandbox: false });
  receiver = await startReceiver();
  browser = await launchChromium();
  ({ page, complaints } = await signedInPage(browser, server));
});

afterAll(async () => {
  await browser?.close();
  await receiver?.close();
  await server?.stop();
});

const button = (name: string | RegExp) => page.getByRole('button', { name });
const link = (name: string | RegExp) => page.getByRole('link', { name });
const heading = (name: string | RegExp) => page.getByRole('heading', { name, level: 1 });
const main = () => page.getByRole('main');
const dialog = () => page.getByRole('dialog');
const toast = (words: string | RegExp) => page.locator('[data-sonner-toast]').filter({ hasText: words });

test('what an endpoint missed is found, told why, and sent again until nothing is left', async () => {
  receiver.answer(500);
  await page.goto(`${server.url}/undelivered`);
  await page.getByText('Everything has been delivered').waitFor();
  problems.push(...(await look(page, 'undelivered-empty')));

  // A webhook that gives up at once.
  await page.goto(`${server.url}/webhooks/new`);
  await page.getByLabel('Name').fill('Order system');
  await page.getByLabel('Address').fill(receiver.url);
  await page.getByLabel('Everything').check();
  await button(/^Retries/).click();
  await page.getByText('Give it up', { exact: true }).click();
  await button(/^Retries None/).waitFor();
  await button('Create webhook').click();
  await button('I have kept it').click();
  await heading('Order system').waitFor();
  const webhookId = page.url().split('/').at(-1) ?? '';

  // A test fails in sight of whoever sent it.
  await button('Send test event').click();
  await dialog().getByText('Not delivered').waitFor();
  await dialog().getByText('The endpoint answered 500.').waitFor();
  await page.keyboard.press('Escape');
  const { client } = await server.owner();
  const send = async (count: number) => {
    for (let n = 0; n < count; n++) await client.call(testWebhook, { params: { id: webhookId } });
  };
  await send(first - 1);
  await expect.poll(() => receiver.received.length).toBe(first);

  // It is found: on the webhook's own page, on the overview, in the navigation.
  await main().getByText('Given up').first().waitFor();
  problems.push(...(await look(page, 'webhook-undelivered')));
  await page.goto(server.url);
  await main().getByText(`${first} given up`).waitFor();
  problems.push(...(await look(page, 'overview-undelivered')));
  await link('Undelivered').first().click();
  await heading('Undelivered').waitFor();
  await main().getByText('The endpoint answered 500.').waitFor();
  await main().getByText('Mend the endpoint, then replay what failed').waitFor();

  // One by one, from the list: those that are selected go out again, and fail again.
  await link('Show them: Given up, Order system').click();
  await page.waitForURL(/status=failed/);
  const boxes = main().getByRole('checkbox');
  await boxes.nth(0).click();
  await boxes.nth(1).click();
  await main().getByText('2 selected').waitFor();
  problems.push(...(await look(page, 'deliveries-selected')));
  await main().getByRole('button', { name: 'Send again' }).click();
  await toast('2 deliveries are sent again').waitFor();
  await expect.poll(() => receiver.received.length).toBe(first + 2);

  // It goes on failing, and is left alone: what comes then waits, and is told so.
  await send(then);
  await page.goto(`${server.url}/undelivered`);
  await main().getByText('Endpoint failing').waitFor();
  await main().getByText('Waiting for their turn').waitFor();
  problems.push(...(await look(page, 'undelivered')));

  // The endpoint is mended; all that it missed goes out again, slowly enough to be watched.
  receiver.answer(204);
  await button('Replay deliveries of Order system').click();
  await dialog().getByLabel('All that is missing').check();
  await dialog().getByLabel('Pace').fill('1');
  problems.push(...(await look(page, 'replay-dialog')));
  await button('Start replay').click();
  const drained = dialog().getByText(/^\d+ of [1-9]\d* settled$/);
  await drained.waitFor();
  const [settled, queued] = (await drained.innerText()).match(/\d+/g) ?? [];
  expect(Number(settled), 'one comes while it still drains').toBeLessThan(Number(queued));
  problems.push(...(await look(page, 'replay-draining')));
  await dialog().getByText('deliveries were sent again.').waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('Everything has been delivered').waitFor();

  // What was sent, and that it took two tries, can be read again.
  await page.goto(`${server.url}/webhooks/${webhookId}`);
  await main().getByText('All that is missing').waitFor();
  expect(await main().getByText('Given up').count()).toBe(0);
  problems.push(...(await look(page, 'webhook-repaired')));
  await main().locator('table a').last().click();
  await heading('webhook.tested').waitFor();
  await main().getByText('HTTP 500').first().waitFor();
  problems.push(...(await look(page, 'delivery-repaired')));

  expect(problems).toEqual([]);
  expect(complaints).toEqual([]);
});

test('a webhook is tried while it is written, errors stand at their place, and its secret is kept', async () => {
  receiver.answer(204);
  const before = receiver.received.length;
  await page.goto(`${server.url}/webhooks/new`);
  await page.getByLabel('Find a type').fill('contact.up');
  await page.getByRole('checkbox', { name: /contact\.updated/ }).waitFor();
  problems.push(...(await look(page, 'webhook-form-new')));
  await page.getByLabel('Name').fill('Ledger');
  await page.getByLabel('Address').fill(receiver.url);
  await page.getByLabel('Everything').check();

  // A filter, tried on an event written by hand.
  await page.getByLabel('Event', { exact: true }).selectOption('own');
  await page.getByLabel('Data').fill('{ "id": "7", "amount": 50 }');
  await button(/^Filter/).click();
  const filter = page.getByLabel('Only events where');
  await filter.fill('{\n  "data.amount": { "$like": 100 }\n}');
  await main()
    .getByText(/^Line 2: This must be a value or comparisons/)
    .waitFor();
  await filter.fill('{\n  "data.amount": { "$gt": 100 }\n}');
  await main().getByText('It would not be sent').waitFor();
  await main()
    .getByText(/the filter does not hold at data.amount/)
    .waitFor();
  await page.getByLabel('Data').fill('{ "id": "7", "amount": 150 }');
  await main().getByText('It would be sent', { exact: true }).waitFor();

  // A transform that is wrong in its third line; what the server says stands there, and keeps it from being saved.
  await button(/^Transform/).click();
  const transform = page.getByLabel('Send in its place');
  await transform.fill('{\n  "number": data.id,\n  "sum": (data.amount\n}');
  await button('Create webhook').click();
  await main()
    .getByText(/^Line 4: /)
    .waitFor();
  expect(await transform.getAttribute('aria-invalid')).toBe('true');
  problems.push(...(await look(page, 'webhook-form-fault')));
  await transform.fill('{\n  "number": data.id,\n  "sum": data.amount\n}');
  await expect.poll(() => main().getByRole('region', { name: 'Body' }).innerText()).toMatch(/"sum": 150/);

  // Who is calling: by a password that is entered and never shown.
  await button(/^Authentication/).click();
  await page.getByLabel('Kind').selectOption('basic');
  await page.getByLabel('User name').fill('mortise');
  await page.getByLabel('Password').fill('open sesame');
  problems.push(...(await look(page, 'webhook-form')));
  await button('Create webhook').click();
  await button('I have kept it').click();
  await heading('Ledger').waitFor();
  await main().getByText('Basic, as mortise').waitFor();

  // Another name, and signed so that anyone can verify: the password stays.
  await link('Edit').click();
  await heading('Edit Ledger').waitFor();
  await page.getByLabel('Name', { exact: true }).fill('General ledger');
  await button(/^Authentication/).click();
  await main().getByText('The one that is there is kept.').waitFor();
  expect(await page.getByLabel('Password').count()).toBe(0);
  await button(/^Signing/).click();
  await page.getByLabel('Ed25519').check();
  problems.push(...(await look(page, 'webhook-form-edit')));
  await button('Save webhook').click();
  const key = await page.getByRole('textbox', { name: 'Public key' }).inputValue();
  expect(key).toMatch(/^whpk_/);
  await dialog().getByRole('button', { name: 'Close' }).last().click();
  await heading('General ledger').waitFor();
  await main().getByText(key).waitFor();
  await button('Send test event').click();
  await dialog().getByText('Delivered').waitFor();
  const sent = receiver.received.slice(before).at(-1);
  expect(sent?.headers.authorization).toBe(`Basic ${Buffer.from('mortise:open sesame').toString('base64')}`);
  expect(JSON.parse(sent?.body ?? '')).not.toHaveProperty('type');
  await page.keyboard.press('Escape');
  await main().locator('table a').first().click();
  await heading('webhook.tested').waitFor();
  await main().getByText('As the transform made it for the last attempt').waitFor();
  problems.push(...(await look(page, 'delivery-transformed')));

  expect(problems).toEqual([]);
  expect(complaints.filter((line) => !line.includes('422'))).toEqual([]);
});

test('a type of event is defined, and an event of it published by hand', async () => {
  await page.goto(`${server.url}/event-types`);
  await page.getByText('No types of event yet').waitFor();
  await button('Define a type').click();
  await dialog().getByLabel('Type').fill('invoice.paid');
  await dialog().getByLabel('Description').fill('A customer has paid');
  const schema = dialog().getByLabel('Schema of its data');
  await schema.fill('{\n  "type": "object",\n  "required": ["amount"],\n}');
  await dialog().getByText('Line 4: This is not valid JSON.').waitFor();
  await schema.fill('{\n  "type": "object",\n  "required": ["amount"]\n}');
  await dialog().getByLabel('Examples').fill('[{ "amount": 5 }]');
  problems.push(...(await look(page, 'event-type-define')));
  await button('Create type').click();
  await toast('Type of event created').waitFor();
  await button('invoice.paid').waitFor();
  problems.push(...(await look(page, 'event-types')));

  await button('Publish a test event').click();
  const data = dialog().getByLabel('Data');
  await expect.poll(() => data.inputValue()).toContain('"amount": 5');
  await data.fill('{}');
  await dialog().getByRole('button', { name: 'Publish' }).click();
  await dialog().getByText('Line 1: amount: This is missing.').waitFor();
  problems.push(...(await look(page, 'event-publish')));
  await data.fill('{ "amount": 7 }');
  await dialog().getByRole('button', { name: 'Publish' }).click();
  await dialog().getByText('Published', { exact: true }).waitFor();
  await dialog().getByRole('link', { name: 'Open event' }).click();
  await heading('invoice.paid').waitFor();

  // And it is put away again.
  await page.goto(`${server.url}/event-types`);
  await button('invoice.paid').click();
  await dialog().getByLabel('In the archive').click();
  await button('Save').click();
  await main().getByText('Archived').waitFor();

  expect(problems).toEqual([]);
  expect(complaints.filter((line) => !line.includes('422'))).toEqual([]);
});
