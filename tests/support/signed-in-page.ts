import type { Browser, Page } from 'playwright-core';
import { testPassword, type TestServer } from '../../apps/server/testing/start-test-server.ts';

export interface SignedInPage {
  page: Page;
  /** What the console and uncaught errors said that nobody expected. */
  complaints: string[];
}

/** The dashboard in a window of its own, signed in as the first owner, on the overview. */
export async function signedInPage(browser: Browser, server: TestServer): Promise<SignedInPage> {
  const { email } = await server.owner();
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
  const complaints: string[] = [];
  page.setDefaultTimeout(15_000);
  page.on('pageerror', (error) => complaints.push(`page error: ${error.message}`));
  page.on('console', (message) => {
    // Before the sign-in the page asks who is there, and is told 401.
    if (message.type() === 'error' && !message.text().includes('401')) complaints.push(message.text());
  });
  await page.goto(`${server.url}/sign-in`);
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(testPassword);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
  return { page, complaints };
}
