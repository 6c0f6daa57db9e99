import { createWebhook } from '@mortise/contract';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../../apps/server/testing/start-test-server.ts';
import { launchChromium } from '../support/chromium.ts';
import { look } from '../support/look.ts';
import { signedInPage } from '../support/signed-in-page.ts';

const webhooks = 4;

let server: TestServer;
let browser: Browser;
let page: Page;
let complaints: string[];
const problems: string[] = [];

beforeAll(async () => {
  server = await startTestServer({ sandbox: false });
  browser = await launchChromium();
  ({ page, complaints } = await signedInPage(browser, server));
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const button = (name: string | RegExp) => page.getByRole('button', { name });
const toast = (words: string | RegExp) => page.locator('[data-sonner-toast]').filter({ hasText: words });

async function rotate(): Promise<void> {
  await button(/^Rotate (key|again)$/).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Rotate key' }).click();
}

test('an owner rotates the key, watches it come to its end, and is told how it ended', async () => {
  // From the settings, before there is anything to rotate.
  await page.goto(`${server.url}/settings`);
  await page.getByRole('link', { name: 'Keys and rotation' }).click();
  await page.getByText('Nothing is sealed yet').waitFor();
  expect(await button('Rotate key').isDisabled()).toBe(true);
  problems.push(...(await look(page, 'keys-empty')));

  const { client } = await server.owner();
  for (let n = 0; n < webhooks; n++) {
    await client.call(createWebhook, {
      body: { name: `Order system ${n}`, url: `http://127.0.0.1:9/${n}`, events: ['*'] },
    });
  }
  await page.reload();
  await button('Rotate key').click();
  const dialog = page.getByRole('alertdialog');
  await dialog.getByText('Connections, syncs and webhooks go on meanwhile').waitFor();
  problems.push(...(await look(page, 'keys-confirm')));
  await dialog.getByRole('button', { name: 'Cancel' }).click();

  // Somebody holds one of the secrets, so that the rotation waits for it at its end and can be looked at.
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const { promise: held, resolve: hold } = Promise.withResolvers<void>();
  const holder = server.db.engine(async (tx) => {
    await tx.query('select from webhook_secrets order by id limit 1 for update');
    hold();
    await released;
  });
  await held;
  await rotate();
  // A webhook has a secret; the answer of its creation, kept for whoever repeats it, holds that secret too.
  const total = 2 * webhooks;
  await page.getByText(new RegExp(`^\\d+ of ${total} secrets$`)).waitFor();
  await page.getByText(`${total - 1} of ${total} secrets`).waitFor();
  await page.getByText('Under way').waitFor();
  expect(await page.getByRole('progressbar').getAttribute('aria-valuenow')).toBe(
    String(Math.round((100 * (total - 1)) / total)),
  );
  problems.push(...(await look(page, 'keys-under-way')));
  release();
  await holder;
  await toast(`${total} secrets sealed anew`).waitFor();
  expect(await page.locator('[data-sonner-toast]').count()).toBe(1);
  await page.getByRole('table').getByText('Done').waitFor();
  await button('Rotate key').waitFor();
  problems.push(...(await look(page, 'keys-rotated')));

  // One secret is damaged: it is told, with what to do, and nothing raw.
  await server.db.engine((tx) =>
    tx.query(
      `update webhook_secrets set sealed = set_byte(sealed, length(sealed) - 1, get_byte(sealed, length(sealed) - 1) # 1)
        where id = (select id from webhook_secrets order by id limit 1)`,
    ),
  );
  await rotate();
  await toast('The rotation has failed').waitFor();
  const notice = page.getByRole('main').getByRole('alert');
  await notice.getByText('1 secret does not open and was left as it was').waitFor();
  expect(await page.getByRole('main').innerText()).not.toContain('webhook_secrets');
  await button('Rotate again').waitFor();
  problems.push(...(await look(page, 'keys-failed')));

  expect(problems).toEqual([]);
  expect(complaints).toEqual([]);
});
