import { createSync, listConnections, type Connection } from '@mortise/contract';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../../apps/server/testing/start-test-server.ts';
import { launchChromium } from '../support/chromium.ts';
import { look } from '../support/look.ts';
import { signedInPage } from '../support/signed-in-page.ts';

const [aurora, northwind] = ['Padaria Aurora', 'Northwind Atelier'];

let server: TestServer;
let browser: Browser;
let page: Page;
let complaints: string[];
const problems: string[] = [];

beforeAll(async () => {
  server = await startTestServer();
  browser = await launchChromium();
  ({ page, complaints } = await signedInPage(browser, server));
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const button = (name: string | RegExp) => page.getByRole('button', { name });
const heading = (name: string) => page.getByRole('heading', { name, level: 1 });
const toasts = () => page.locator('[data-sonner-toast]');

/** On the emulator's consent screen. */
async function allow(account: string): Promise<void> {
  await page.getByText(account).first().click();
  await button(/Allow/).click();
  await page.waitForURL(/\/connections\/conn_/);
  await toasts().getByText(`Connected as ${account}`).waitFor();
  expect(await toasts().count()).toBe(1);
}

async function connectionOf(account: string): Promise<Connection> {
  const { client } = await server.owner();
  const { data } = await client.call(listConnections, { query: {} });
  const found = data.find(({ accountName }) => accountName === account);
  if (found === undefined) throw new Error(`${account} is not connected`);
  return found;
}

test('consent that is not given says so and leads on; given, the account is connected and works', async () => {
  await page.goto(`${server.url}/integrations`);
  await button('Try it in the sandbox: Instagram').click();
  await button(/Cancel/).click();
  await page.waitForURL(/\/integrations\/int_/);
  await page.getByRole('main').getByText('You can go back to Instagram').waitFor();
  await toasts().getByText('You did not give consent').waitFor();
  expect(await toasts().count()).toBe(1);
  problems.push(...(await look(page, 'connect-cancelled')));
  await button('Try again').click();
  await button(/Allow/).waitFor();
  await allow(aurora);
  await page.reload();
  await button('Test connection').click();
  await toasts().getByText('The connection works').waitFor();
  expect(await toasts().count()).toBe(1);
  expect(problems).toEqual([]);
});

test('the accounts of an integration are switched between, in the address and by keyboard', async () => {
  const { client } = await server.owner();
  const first = await connectionOf(aurora);
  await client.call(createSync, { body: { connectionId: first.id, resource: 'media' } });
  await page.goto(`${server.url}/integrations/${first.integrationId}`);
  await button('Connect another account').click();
  await button(/Allow/).waitFor();
  await allow(northwind);
  const second = await connectionOf(northwind);

  // From one connection's page to the other's, and back.
  await button(/Switch account/).click();
  problems.push(...(await look(page, 'account-switcher')));
  await page.getByRole('option', { name: aurora }).click();
  await heading(aurora).waitFor();
  expect(page.url()).toContain(first.id);
  await page.goBack();
  await heading(northwind).waitFor();

  // The integration's page shows the account that was last looked at, and its address names it.
  await page.goto(`${server.url}/integrations/${first.integrationId}`);
  await page.waitForURL((url) => url.searchParams.get('account') === second.id);
  await page.getByRole('tab', { name: 'Runs' }).click();
  await page.getByText('No runs yet').waitFor();
  await button(/Switch account/).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('listbox', { name: 'Switch account' }).waitFor();
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.searchParams.get('account') === first.id);
  await page.getByRole('table', { name: 'Runs' }).getByText('Posts').waitFor();
  expect(new URL(page.url()).searchParams.get('tab')).toBe('runs');
  await page.goBack();
  await page.getByText('No runs yet').waitFor();
  await page.goForward();
  await page.getByRole('table', { name: 'Runs' }).waitFor();
  problems.push(...(await look(page, 'integration-accounts')));
  expect(problems).toEqual([]);
});

test('the records of an account are looked through on its page', async () => {
  const { id } = await connectionOf(aurora);
  await page.goto(`${server.url}/connections/${id}?tab=records`);
  await page.getByRole('table').waitFor();
  await page.getByRole('searchbox').fill('no such record');
  await page.getByText('No record matches').waitFor();
  expect(new URL(page.url()).searchParams.get('search')).toBe('no such record');
});

test('from eight accounts on they are searched by name, and those that need somebody are marked', async () => {
  const { id } = await connectionOf(aurora);
  await server.db.engine((tx) =>
    tx.query(
      `insert into connections (tenant_id, id, integration_id, status, reason, account_id, account_name)
       select c.tenant_id, gen_random_uuid(), c.integration_id,
              case when n < 3 then 'needs_reconnect' else 'disconnected' end, 'Access was withdrawn.',
              'shop-' || n, 'Café ' || n
         from (select * from connections limit 1) c, generate_series(1, 9) n`,
    ),
  );
  await page.goto(`${server.url}/connections/${id}`);
  await button(/2 other accounts need reconnecting/).click();
  const search = page.getByRole('combobox', { name: 'Find an account' });
  problems.push(...(await look(page, 'account-switcher-search')));
  await search.fill('cafe 7');
  const options = page.getByRole('listbox').getByRole('option');
  await options.filter({ hasText: 'Café 7' }).waitFor();
  expect(await options.count()).toBe(1);
  await search.fill('nobody');
  await page.getByText('No account matches.').waitFor();
  await search.fill('north');
  await page.keyboard.press('Enter');
  await heading(northwind).waitFor();
  expect(problems).toEqual([]);
  expect(complaints).toEqual([]);
});
