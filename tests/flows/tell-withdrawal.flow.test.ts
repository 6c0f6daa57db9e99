import { createConsent, createIntegration, listProviders } from '@mortise/contract';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  startTestServer,
  type TestPerson,
  type TestServer,
} from '../../apps/server/testing/start-test-server.ts';
import { launchChromium } from '../support/chromium.ts';
import { accountsOf, connectSandbox } from '../support/connect-sandbox.ts';
import { look } from '../support/look.ts';
import { signedInPage } from '../support/signed-in-page.ts';

const providerId = 'rd-station-marketing';

let server: TestServer;
let browser: Browser;
let page: Page;
let owner: TestPerson;
let complaints: string[];
const problems: string[] = [];

beforeAll(async () => {
  server = await startTestServer();
  browser = await launchChromium();
  ({ page, complaints } = await signedInPage(browser, server));
  owner = await server.owner();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** The emulator's first contacts, as its control page knows them. */
async function contacts(): Promise<{ id: string; fields: Record<string, string> }[]> {
  const [account] = await accountsOf(server, providerId);
  const query = new URLSearchParams({ account: account!.id, collection: 'contacts' });
  const answer = await fetch(
    `${server.sandbox?.url}/_control/providers/${providerId}/records?${query.toString()}`,
  );
  return ((await answer.json()) as { records: { id: string; fields: Record<string, string> }[] }).records;
}
const statusesOf = async (id: string) => {
  const { fields } = (await contacts()).find((one) => one.id === id)!;
  return (JSON.parse(fields['legal_bases']!) as { status: string }[]).map(({ status }) => status);
};

test('an administrator sees what providers file a purpose under, and whom a withdrawal was told to', async () => {
  const { data } = await owner.client.call(listProviders, {});
  const provider = data.find(({ id }) => id === providerId)!;
  const integration = await owner.client.call(createIntegration, {
    body: { provider: providerId, environment: 'sandbox' },
  });
  await connectSandbox(server, owner, provider, integration.id);

  await page.goto(`${server.url}/consent?tab=purposes`);
  await page.getByRole('button', { name: 'New purpose' }).first().click();
  const form = page.getByRole('dialog');
  await form.getByLabel('Name').fill('Newsletter');
  await form.getByLabel('Key').fill('newsletter');
  await form.getByText('communications (RD Station Marketing)').waitFor();
  await form.getByLabel('Text').fill('We write to you once a month.');
  problems.push(...(await look(page, 'purpose-new')));
  await form.getByRole('button', { name: 'Create purpose' }).click();
  await page.locator('[data-sonner-toast]').filter({ hasText: 'Purpose created' }).waitFor();

  const [ann, bob] = await contacts();
  const grants: string[] = [];
  for (const subjectId of ['ann', 'bob']) {
    const { id } = await owner.client.call(createConsent, {
      body: { subjectId, purpose: 'newsletter', textVersion: 1 },
    });
    grants.push(id);
  }

  await page.goto(`${server.url}/consent/${grants[0]}`);
  await page.getByRole('button', { name: 'Withdraw' }).click();
  const dialog = page.getByRole('alertdialog');
  await dialog.getByText('connected providers that can be told of it are told').waitFor();
  await dialog.getByLabel('The person’s e-mail address').fill('no address');
  await dialog.getByRole('button', { name: 'Withdraw' }).click();
  await dialog.locator('[aria-invalid="true"]').waitFor();
  problems.push(...(await look(page, 'withdraw-invalid')));
  await dialog.getByLabel('The person’s e-mail address').fill(ann!.fields['email']!);
  await dialog.getByRole('button', { name: 'Withdraw' }).click();
  const told = page.getByRole('listitem').filter({ hasText: 'RD Station Marketing' });
  await told.getByText('Told', { exact: true }).waitFor();
  problems.push(...(await look(page, 'withdrawal-told')));
  expect(await statusesOf(ann!.id)).toEqual(['declined']);

  // Nothing says who this is at the provider: it is said, and mended.
  await page.goto(`${server.url}/consent/${grants[1]}`);
  await page.getByRole('button', { name: 'Withdraw' }).click();
  await dialog.getByRole('button', { name: 'Withdraw' }).click();
  await told.getByText('Not told').waitFor();
  await told.getByText(/no e-mail address was given/).waitFor();
  problems.push(...(await look(page, 'withdrawal-not-told')));
  expect(await statusesOf(bob!.id)).toEqual(['granted']);
  await page.getByRole('button', { name: 'Tell again' }).click();
  await dialog.getByLabel('The person’s e-mail address').fill(bob!.fields['email']!);
  problems.push(...(await look(page, 'withdrawal-tell-again')));
  await dialog.getByRole('button', { name: 'Tell again' }).click();
  await told.getByText('Told', { exact: true }).waitFor();
  expect(await statusesOf(bob!.id)).toEqual(['declined']);
  await told.getByRole('link').click();
  await page.waitForURL(/\/connections\/conn_/);

  expect(problems).toEqual([]);
  expect(complaints).toEqual([]);
});
