import { readFileSync } from 'node:fs';
import { html, readForm, redirect } from './answers.ts';
import { escapeHtml, page } from './page.ts';
import type { EmulatedAccount, EmulatorRequest, EmulatorResponse, Route, World } from './types.ts';

export interface ConsentOptions {
  host: string;
  path: string;
  /** What a scope allows, in a person's words; its name where absent. */
  scopeLabels: Readonly<Record<string, string>>;
  scopeSeparator?: string;
  /** The name of the client id parameter. */
  clientIdParam?: string;
  /** The name of the redirect URI's. */
  redirectUriParam?: string;
  /** Scopes without which the provider refuses to show the screen. */
  scopesRequired?: boolean;
  /** No screen without a code challenge (RFC 7636). */
  pkceRequired?: boolean;
  /** What every app may do, in a person's words: for providers without scopes. */
  allows?: readonly string[];
  /** Address and scopes come from the app's registration (`world.redirectUri`), never from the request. */
  registered?: { scopes: readonly string[] };
  /** A refusal ends on the provider's own page instead of going back as `access_denied`. */
  refusalStays?: boolean;
  /** What else goes back with the code. */
  callback?: (account: EmulatedAccount, scopes: readonly string[]) => Record<string, string>;
}

interface Asked {
  clientId: string;
  redirectUri: string;
  scopes: string[];
  state: string;
  challenge: string;
}

/**
 * The authorisation endpoint (RFC 6749 4.1.1) with a consent screen: account to choose, scopes, Allow and Cancel.
 * A wrong client or redirect URI is told to the person and never redirected (4.1.2.1).
 */
export function consentRoutes(world: World, options: ConsentOptions): Route[] {
  const show = (request: EmulatorRequest): EmulatorResponse => {
    const asked = read(request.query, world, options);
    const wrong = refuse(asked, request.query, world, options);
    return wrong === undefined
      ? html(200, consentPage(world, asked, request, options))
      : html(400, errorPage(world, wrong));
  };
  const decide = (request: EmulatorRequest): EmulatorResponse => {
    const form = readForm(request);
    const asked = read(request.query, world, options);
    const wrong = refuse(asked, request.query, world, options);
    if (wrong !== undefined) return html(400, errorPage(world, wrong));
    const state = asked.state === '' ? {} : { state: asked.state };
    if (form.get('decision') !== 'allow') {
      if (options.refusalStays === true) return html(200, refusedPage(world));
      const description = 'The person did not allow the connection.';
      return redirect(asked.redirectUri, {
        error: 'access_denied',
        error_description: description,
        ...state,
      });
    }
    const account = world.definition.accounts.find((one) => one.id === form.get('account'));
    if (account === undefined) return html(400, errorPage(world, 'No such account.'));
    const code = world.tokens.issueCode({
      clientId: asked.clientId,
      accountId: account.id,
      scopes: asked.scopes,
      redirectUri: asked.redirectUri,
      ...(asked.challenge === '' ? {} : { challenge: asked.challenge }),
    });
    return redirect(asked.redirectUri, { code, ...state, ...options.callback?.(account, asked.scopes) });
  };
  const { host, path } = options;
  return [
    { method: 'GET', host, path, handler: show },
    { method: 'POST', host, path, handler: decide },
  ];
}

function read(query: URLSearchParams, world: World, options: ConsentOptions): Asked {
  const { registered } = options;
  const asked = (query.get('scope') ?? '').split(options.scopeSeparator ?? ' ').filter(Boolean);
  return {
    clientId: query.get(options.clientIdParam ?? 'client_id') ?? '',
    redirectUri:
      (registered === undefined
        ? query.get(options.redirectUriParam ?? 'redirect_uri')
        : world.redirectUri) ?? '',
    scopes: registered === undefined ? asked : [...registered.scopes],
    state: query.get('state') ?? '',
    challenge: query.get('code_challenge') ?? '',
  };
}

function refuse(
  asked: Asked,
  query: URLSearchParams,
  world: World,
  options: ConsentOptions,
): string | undefined {
  if (asked.clientId !== world.definition.client.id)
    return `No app with the client id “${asked.clientId}” is registered here.`;
  if (!/^https?:\/\//.test(asked.redirectUri) || !URL.canParse(asked.redirectUri)) {
    return options.registered === undefined
      ? 'The app gave no absolute http(s) redirect URL.'
      : 'The app is registered here without a redirect URL.';
  }
  if (options.scopesRequired === true && asked.scopes.length === 0) return 'The app asked for no scopes.';
  if (options.pkceRequired === true && asked.challenge === '') return 'The app gave no code challenge.';
  if (asked.challenge !== '' && query.get('code_challenge_method') !== 'S256') {
    return 'Only the S256 code challenge method is supported.';
  }
  return undefined;
}

/** Enter on an account would press the first button, Cancel: it decides nothing instead. */
function consentPage(world: World, asked: Asked, request: EmulatorRequest, options: ConsentOptions): string {
  const { definition } = world;
  const scopes = asked.scopes.map((scope) => {
    const label = options.scopeLabels[scope];
    const name = `<code class="soft">${escapeHtml(scope)}</code>`;
    return `<li><span class="tick" aria-hidden="true"></span><span>${label === undefined ? '' : `${escapeHtml(label)}<br>`}${name}</span></li>`;
  });
  for (const allowed of options.allows ?? []) {
    scopes.push(`<li><span class="tick" aria-hidden="true"></span><span>${escapeHtml(allowed)}</span></li>`);
  }
  const accounts = definition.accounts.map((account, index) => accountChoice(account, index === 0));
  const body = `
<main class="consent card">
  <header>
    <span class="mark big">${readFileSync(definition.logo, 'utf8')}</span>
    <div><p class="soft small-text">${escapeHtml(definition.name)} sandbox</p>
    <h1>Connect ${escapeHtml(definition.client.name)}</h1></div>
  </header>
  <p class="lead">This app asks for access to one of your ${escapeHtml(definition.name)} accounts.</p>
  <form method="post" action="?${escapeHtml(request.query.toString())}">
    <fieldset onkeydown="if (event.key === 'Enter') event.preventDefault()"><legend>Account</legend>${accounts.join('')}</fieldset>
    <section aria-labelledby="can"><h2 id="can">It will be able to</h2><ul class="scopes">${scopes.join('')}</ul></section>
    <p class="where soft small-text">You go back to <strong>${escapeHtml(new URL(asked.redirectUri).host)}</strong>.<br>
    App id <code>${escapeHtml(asked.clientId)}</code></p>
    <div class="decide">
      <button name="decision" value="deny">Cancel</button>
      <button name="decision" value="allow" class="primary">Allow</button>
    </div>
  </form>
</main>
<footer class="foot soft small-text">An emulator with invented data. Nothing here reaches the real service.</footer>`;
  return page({
    title: `Connect to ${definition.name}`,
    body,
    color: definition.color,
    head: `<style>${CONSENT_STYLE}</style>`,
    bodyClass: 'centred',
  });
}

function accountChoice(account: EmulatedAccount, checked: boolean): string {
  return `<label class="choice"><input type="radio" name="account" value="${escapeHtml(account.id)}"${checked ? ' checked' : ''}>
<span><strong>${escapeHtml(account.name)}</strong><br><span class="soft small-text">${escapeHtml(account.detail)} · ${escapeHtml(account.id)}</span></span></label>`;
}

function refusedPage(world: World): string {
  return plainPage(world, 'Not connected', 'Nothing was allowed. You can close this page.');
}

function errorPage(world: World, message: string): string {
  return plainPage(world, 'This link does not work', message, 'Go back to the app and start again.');
}

function plainPage(world: World, title: string, message: string, hint = ''): string {
  const body = `<main class="consent card"><header><span class="mark big">${readFileSync(world.definition.logo, 'utf8')}</span>
<div><p class="soft small-text">${escapeHtml(world.definition.name)} sandbox</p><h1>${escapeHtml(title)}</h1></div></header>
<p class="lead" role="alert">${escapeHtml(message)}</p><p class="soft small-text">${escapeHtml(hint)}</p></main>`;
  return page({
    title,
    body,
    color: world.definition.color,
    head: `<style>${CONSENT_STYLE}</style>`,
    bodyClass: 'centred',
  });
}

const CONSENT_STYLE = `
.centred{min-height:100dvh;display:grid;align-content:center;justify-items:center;gap:1rem;padding:1.25rem}
.consent{width:100%;max-width:29rem;padding:clamp(1.25rem,5vw,2rem);box-shadow:var(--shadow);border-top:4px solid var(--accent)}
.consent header{display:flex;gap:.9rem;align-items:center}
.big{width:46px;height:46px}
.lead{margin:1rem 0 1.25rem}
fieldset{border:0;padding:0;margin:0 0 1.4rem}
legend,.consent h2{font-size:.87rem;font-weight:650;letter-spacing:0;padding:0;margin:0 0 .5rem}
.choice{display:flex;gap:.8rem;align-items:center;padding:.65rem .85rem;border:1px solid var(--line);font-size:.95rem;font-weight:400;cursor:pointer}
.choice:first-of-type{border-radius:10px 10px 0 0}.choice:last-of-type{border-radius:0 0 10px 10px}.choice+.choice{border-top:0}
.choice:has(:checked){background:color-mix(in srgb,var(--accent) 9%,transparent)}
.choice input{width:18px;min-height:18px;height:18px;margin:0;flex:none;accent-color:var(--accent)}
.scopes{list-style:none;margin:0;padding:0;display:grid;gap:.55rem}
.scopes li{display:flex;gap:.7rem;line-height:1.35}
.tick{flex:none;width:7px;height:12px;margin:.2rem .25rem 0;border:solid var(--ok);border-width:0 2px 2px 0;rotate:42deg}
.where{margin:1.3rem 0 1rem}
.decide{display:flex;gap:.6rem}.decide button{flex:1}
.foot{text-align:center;max-width:29rem;text-wrap:balance}
`;
