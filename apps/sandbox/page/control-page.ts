import { readFileSync } from 'node:fs';
import { escapeHtml, page } from '@mortise/providers/kit/emulator';
import type { Emulator } from '@mortise/providers/kit/emulator';

/** The control page of the emulator that `?provider=` names, the first by default. Rows are filled in by script. */
export function controlPage(emulators: ReadonlyMap<string, Emulator>, url: string): string {
  const chosen = emulators.get(new URL(url).searchParams.get('provider') ?? '') ?? [...emulators.values()][0];
  if (chosen === undefined) return page({ title: 'Sandbox', body: '<main><h1>No emulators</h1></main>' });
  const { definition } = chosen;
  const origin = new URL(url).origin;

  const links = [...emulators.values()].map(({ definition: one }) => {
    const current = one.id === definition.id ? ' aria-current="page"' : '';
    return `<a href="?provider=${escapeHtml(one.id)}"${current}><span class="mark">${readFileSync(one.logo, 'utf8')}</span>${escapeHtml(one.name)}</a>`;
  });
  const option = (value: string, label: string): string =>
    `<option value="${escapeHtml(value)}">${escapeHtml(label)}</option>`;
  // What a person enters to connect, where the provider has keys instead of OAuth.
  const keys = definition.accounts.flatMap(({ name, apiKey, fields }) =>
    Object.entries(fields ?? (apiKey === undefined ? {} : { Key: apiKey })).map(
      ([what, value]) =>
        `<div><dt>${escapeHtml(what)} of ${escapeHtml(name)}</dt><dd><code>${escapeHtml(value)}</code></dd></div>`,
    ),
  );
  const hosts = definition.hosts.map(
    (host) =>
      `<div><dt>${escapeHtml(host)}</dt><dd><code>${escapeHtml(`${origin}/${definition.id}/${host}`)}</code></dd></div>`,
  );

  const body = `
<a class="skip" href="#records-title">Skip to the records</a>
<header class="top"><strong class="brand">Sandbox</strong><nav aria-label="Providers">${links.join('')}</nav>
<button class="small" id="reset" type="button">Reset everything</button></header>
<main class="grid" data-provider="${escapeHtml(definition.id)}" data-origin="${escapeHtml(origin)}">
<h1 class="visually-hidden">${escapeHtml(definition.name)} sandbox</h1>
<section class="card records" aria-labelledby="records-title">
  <div class="head"><h2 id="records-title" tabindex="-1">Records</h2><button class="small primary" id="new" type="button">New record</button></div>
  <div class="filters">
    <label>Account<select id="account">${definition.accounts.map((one) => option(one.id, one.name)).join('')}</select></label>
    <label>Collection<select id="collection">${definition.collections.map((one) => option(one.name, one.label)).join('')}</select></label>
    <label class="wide">Search<input id="q" type="search" placeholder="Name, e-mail or id" autocomplete="off"></label>
    <label>Show<select id="archived">${option('false', 'Live')}${option('true', 'Archived')}</select></label>
  </div>
  <p class="soft small-text" id="total" role="status">Loading…</p>
  <ul class="rows" id="rows"></ul>
  <div class="pager"><button class="small" id="prev" type="button">Previous</button><span class="soft small-text" id="where"></span>
  <button class="small" id="next" type="button">Next</button></div>
</section>
<div class="side">
<section class="card" aria-labelledby="faults-title"><div class="head"><h2 id="faults-title">Faults</h2><button class="small" id="clear-faults" type="button">Clear</button></div>
  <form id="fault" class="inline">
    <label class="broad">What<select name="kind">${option('rate_limited', '429 too many requests')}${option('server_error', '500 server error')}${option('unauthorized', '401 unauthorized')}${option('forbidden', '403 forbidden')}${option('slow', 'Slow answer')}${option('drop', 'Dropped connection')}</select></label>
    <label>Requests<input name="times" type="number" min="1" max="1000" value="3" required></label>
    <label id="detail-label"><span id="detail-text">Wait, s</span><input name="detail" type="number" min="0" max="600" value="2"></label>
    <button type="submit" class="primary">Set</button>
  </form>
  <ul class="rows" id="faults" data-empty="No faults set. Every request is answered as usual."></ul></section>
<section class="card" aria-labelledby="tokens-title"><div class="head"><h2 id="tokens-title">Issued tokens</h2><button class="small" id="expire" type="button">Expire access tokens</button></div>
  <ul class="rows" id="tokens" data-empty="Nobody has connected yet."></ul></section>
<section class="card" aria-labelledby="app-title"><div class="head"><h2 id="app-title">Registered app</h2></div>
  <dl>${keys.join('')}<div><dt>Client id</dt><dd><code>${escapeHtml(definition.client.id)}</code></dd></div>
  <div><dt>Client secret</dt><dd><code>${escapeHtml(definition.client.secret)}</code></dd></div>${hosts.join('')}</dl></section>
<section class="card" aria-labelledby="sinks-title"><div class="head"><h2 id="sinks-title">Webhook sinks</h2></div>
  <p class="soft small-text hint">Send outbound webhooks to <code>${escapeHtml(origin)}/_sink/any-name</code> to see them here.</p>
  <form id="sink" class="inline"><label>Sink<input name="name" required pattern="[\\w.-]+" placeholder="any-name"></label>
    <label>Answers<input name="status" type="number" min="200" max="599" value="500" required></label>
    <label>Times<input name="times" type="number" min="1" value="1" required></label><button type="submit">Set</button></form>
  <ul class="rows" id="sinks" data-empty="Nothing has arrived."></ul></section>
</div>
<section class="card full" aria-labelledby="hooks-title"><div class="head"><h2 id="hooks-title">Sent webhooks</h2></div>
  <form id="target" class="inline"><label class="wide">Webhooks go to<input name="url" type="url" placeholder="http://127.0.0.1:4000/in/…"></label><button type="submit">Save</button></form>
  <ul class="rows" id="webhooks" data-empty="None sent. Give a target, then change a record."></ul></section>
<section class="card log full" aria-labelledby="log-title"><div class="head"><h2 id="log-title">Requests</h2><button class="small" id="clear-log" type="button">Clear</button></div>
  <ul class="rows" id="log" data-empty="No requests yet."></ul></section>
</main>
<dialog id="edit" aria-labelledby="edit-title"><form method="dialog">
  <h2 id="edit-title"></h2><div class="fields" id="fields"></div>
  <p class="bad small-text" id="edit-error" role="alert"></p>
  <div class="actions"><button type="button" class="danger" id="archive">Archive</button><span class="grow"></span>
  <button type="button" id="cancel">Cancel</button><button type="submit" class="primary">Save</button></div>
</form></dialog>
<div class="toast" id="toast" role="status"></div>`;

  return page({
    title: `${definition.name} · Sandbox`,
    body,
    color: definition.color,
    head: '<link rel="stylesheet" href="/_assets/control.css"><script type="module" src="/_assets/control.js"></script>',
  });
}
