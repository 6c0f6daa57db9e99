import type { Actor } from '../../kernel/index.ts';
import { bodyOf, contextOf, headerOf, publicUrl, type Rig } from './rig.ts';

/** A browser's cookies of ours. */
export type Cookies = Map<string, string>;

export interface StartOptions {
  provider?: string;
  body?: object;
  actor?: Actor;
  cookies?: Cookies;
  tenant?: string;
}

/** Keeps the cookie of an answer, as a browser does. */
export function takeCookie(cookies: Cookies, answer: unknown): void {
  const [, name, value] = /^(mortise_\w+)=([^;]+)/.exec(headerOf(answer, 'set-cookie')) ?? [];
  if (name !== undefined && value !== undefined) cookies.set(name, value);
}

/** What the person does at the provider's consent page. @returns the callback's URL */
export async function consent(authorizeUrl: string, decision = 'allow', account?: string): Promise<URL> {
  const page = await (await fetch(authorizeUrl)).text();
  const accounts = [...page.matchAll(/name="account" value="([^"]+)"/g)].map((match) => match[1]!);
  const form = new URLSearchParams({ decision, account: account ?? accounts[0]! });
  const answer = await fetch(authorizeUrl, { method: 'POST', body: form, redirect: 'manual' });
  return new URL(answer.headers.get('location')!);
}

/** Somebody who connects accounts. @param now who and where, asked anew for each step */
export function personOf(now: () => { rig: Rig; tenantId: string; provider: string }) {
  async function start(options: StartOptions = {}): Promise<{ authorizeUrl: string; cookies: Cookies }> {
    const { rig, tenantId, provider } = now();
    const cookies: Cookies = options.cookies ?? new Map();
    const actor = options.actor === undefined ? {} : { actor: options.actor };
    const answer = await rig.connect.start(contextOf(options.tenant ?? tenantId, { cookies, ...actor }), {
      params: { provider: options.provider ?? provider },
      query: undefined,
      body: { ...options.body },
    });
    takeCookie(cookies, answer);
    return { authorizeUrl: bodyOf(answer).authorizeUrl, cookies };
  }

  /** @returns where the browser ends up */
  async function finish(callback: URL, cookies: Cookies, provider = now().provider): Promise<URL> {
    const query = Object.fromEntries(callback.searchParams);
    const context = contextOf('00000000-0000-0000-0000-000000000000', { cookies });
    const answer = await now().rig.connect.finish(context, { params: { provider }, query, body: undefined });
    const location = headerOf(answer, 'location');
    if (!/^\/(?!\/)/.test(location)) throw new Error(`The browser was sent to ${location}`);
    return new URL(location, publicUrl);
  }

  async function connectOnce(options: StartOptions = {}, account?: string): Promise<URL> {
    const { authorizeUrl, cookies } = await start(options);
    return finish(await consent(authorizeUrl, 'allow', account), cookies);
  }
  return { start, finish, connectOnce };
}
