import type { TestPerson } from '../../apps/server/testing/start-test-server.ts';

/**
 * Gives consent on an emulator's screen as a person would, and follows the browser back.
 *
 * @param account its id at the provider; the one that the screen proposes when left out
 * @returns the connection's id
 */
export async function giveConsent(
  person: TestPerson,
  authorizeUrl: string,
  account?: string,
): Promise<string> {
  const screen = await (await fetch(authorizeUrl)).text();
  const form = new URLSearchParams({ decision: 'allow' });
  const chosen = account ?? /name="account" value="([^"]+)" checked/.exec(screen)?.[1];
  if (chosen !== undefined) form.set('account', chosen);
  const action = /<form[^>]*action="([^"]*)"/.exec(screen)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const answer = await fetch(new URL(action, authorizeUrl), {
    method: 'POST',
    body: form,
    redirect: 'manual',
  });
  const location = answer.headers.get('location');
  if (location === null) throw new Error(`${authorizeUrl} answered ${answer.status}: ${await answer.text()}`);
  const back = new URL(location, authorizeUrl);
  const landed = await person.fetch(back.pathname + back.search, { redirect: 'manual' });
  const connected = /connected=(conn_\w+)/.exec(landed.headers.get('location') ?? '')?.[1];
  if (connected === undefined) throw new Error(`Came back to ${landed.headers.get('location')}`);
  return connected;
}
