// The control page's levers, over /_control.

import { call, draw, el, guarded, say } from './dom.js';

const PAGE_SIZE = 12;
const REFRESH_MS = 2000;

const main = document.querySelector('main');
const base = `/_control/providers/${main.dataset.provider}`;
const $ = (id) => document.getElementById(id);
const state = { offset: 0, record: undefined, description: undefined };
const when = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });
const clock = new Intl.DateTimeFormat('en', { timeStyle: 'medium' });

const titleOf = (record, fields) => {
  const [first, second] = fields.map((field) => record.fields[field.name] ?? '');
  return fields[1]?.name.includes('name') ? `${first} ${second}`.trim() : first;
};

const collection = () => state.description.collections.find((one) => one.name === $('collection').value);

const loadRecords = guarded(async () => {
  const query = new URLSearchParams({
    account: $('account').value,
    collection: $('collection').value,
    q: $('q').value,
    archived: $('archived').value,
    offset: state.offset,
    limit: PAGE_SIZE,
  });
  const { total, records } = await call('GET', `${base}/records?${query}`);
  if (state.offset > 0 && state.offset >= total) {
    state.offset = 0;
    return loadRecords();
  }
  const { fields } = collection();
  $('total').textContent = total === 1 ? '1 record' : `${total.toLocaleString('en')} records`;
  $('where').textContent =
    total === 0 ? '' : `${state.offset + 1}–${Math.min(state.offset + PAGE_SIZE, total)}`;
  $('prev').disabled = state.offset === 0;
  $('next').disabled = state.offset + PAGE_SIZE >= total;
  draw($('rows'), records, (record) => {
    const title = titleOf(record, fields) || record.id;
    const paired = fields[1].name.includes('name');
    const subtitle = [record.fields[fields[paired ? 2 : 1].name], `#${record.id}`]
      .filter(Boolean)
      .join(' · ');
    const edit = el('button', {
      type: 'button',
      className: 'small',
      textContent: 'Edit',
      attrs: { 'aria-label': `Edit ${title}` },
    });
    edit.addEventListener('click', () => open(record));
    edit.hidden = record.archivedAt !== undefined;
    return el(
      'li',
      {},
      el(
        'div',
        { className: 'main' },
        el('div', { className: 'title', textContent: title }),
        el('div', { className: 'soft small-text', textContent: subtitle }),
      ),
      el('div', {
        className: 'aside soft small-text when',
        textContent: when.format(record.archivedAt ?? record.updatedAt),
      }),
      edit,
    );
  });
});

function open(record) {
  state.record = record;
  const { fields, label } = collection();
  $('edit-title').textContent =
    record === undefined ? `New in ${label}` : titleOf(record, fields) || record.id;
  $('edit-error').textContent = '';
  $('archive').hidden = record === undefined;
  $('fields').replaceChildren(
    ...fields.map((field) => {
      const input = el('input', {
        name: field.name,
        type: field.type,
        autocomplete: 'off',
        value: record?.fields[field.name] ?? '',
      });
      return el('label', { textContent: field.label }, input);
    }),
  );
  $('edit').showModal();
}

async function change(method, suffix, body, done) {
  try {
    await call(method, `${base}/records${suffix}`, body);
  } catch (error) {
    $('edit-error').textContent = error.message;
    return;
  }
  $('edit').close();
  say(done);
  await refresh();
}

$('edit')
  .querySelector('form')
  .addEventListener('submit', (event) => {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(event.target));
    const body = { account: $('account').value, collection: $('collection').value, fields };
    if (state.record === undefined) void change('POST', '', body, 'Created.');
    else void change('PATCH', `/${state.record.id}`, body, 'Saved.');
  });
$('archive').addEventListener('click', () => {
  const query = new URLSearchParams({ account: $('account').value, collection: $('collection').value });
  void change('DELETE', `/${state.record.id}?${query}`, undefined, 'Archived.');
});
$('cancel').addEventListener('click', () => $('edit').close());
$('new').addEventListener('click', () => open(undefined));

const tone = (status) => (status >= 500 || status === 0 ? 'bad' : status >= 400 ? 'warn' : 'ok');
const statusOf = (status) =>
  el('span', { className: `status ${tone(status)}`, textContent: status === 0 ? 'drop' : String(status) });

const loadLevers = guarded(async () => {
  const [all, tokens, webhooks, log] = await Promise.all([
    call('GET', '/_control'),
    call('GET', `${base}/tokens`),
    call('GET', `${base}/webhooks`),
    call('GET', `${base}/requests`),
  ]);
  state.description = all.providers.find((one) => one.id === main.dataset.provider);
  const target = $('target').elements.url;
  if (document.activeElement !== target) target.value = state.description.target?.url ?? '';

  draw($('faults'), state.description.faults, (fault) =>
    el(
      'li',
      {},
      el(
        'div',
        { className: 'main' },
        el('span', { className: 'title', textContent: fault.kind.replaceAll('_', ' ') }),
        el('span', {
          className: 'soft small-text',
          textContent: fault.retryAfter
            ? `, Retry-After ${fault.retryAfter}`
            : fault.delayMs
              ? `, ${fault.delayMs} ms`
              : '',
        }),
      ),
      el('div', { className: 'aside soft small-text', textContent: `${fault.times} left` }),
    ),
  );

  draw($('tokens'), tokens.slice(0, 20), (grant) => {
    const account =
      state.description.accounts.find((one) => one.id === grant.accountId)?.name ?? grant.accountId;
    const live = grant.tokens.filter((token) => token.live);
    const latest = live.toReversed().find((token) => token.kind === 'access') ?? live[0];
    const text = grant.revokedAt ? 'Revoked' : latest ? `${latest.kind} ${latest.masked}` : 'No live token';
    const revoke = el('button', {
      type: 'button',
      className: 'small danger',
      textContent: 'Revoke',
      attrs: { 'aria-label': `Revoke ${account}` },
    });
    revoke.hidden = grant.revokedAt !== undefined;
    revoke.addEventListener(
      'click',
      guarded(async () => {
        await call('POST', `${base}/tokens/revoke`, { grantId: grant.id });
        say('Revoked.');
        await loadLevers();
      }),
    );
    return el(
      'li',
      {},
      el(
        'div',
        { className: 'main' },
        el('div', { className: 'title', textContent: account }),
        el('div', { className: 'soft small-text mono', textContent: text }),
      ),
      revoke,
    );
  });

  draw($('webhooks'), webhooks.slice(0, 30), (sent) => {
    const again = el('button', {
      type: 'button',
      className: 'small',
      textContent: 'Send again',
      attrs: { 'aria-label': `Send webhook ${sent.id} again` },
    });
    again.addEventListener(
      'click',
      guarded(async () => {
        await call('POST', `${base}/webhooks/${sent.id}/resend`, {});
        await loadLevers();
      }),
    );
    return el(
      'li',
      {},
      el(
        'div',
        { className: 'main' },
        el(
          'details',
          {},
          el(
            'summary',
            {},
            sent.status === undefined
              ? el('span', { className: 'status bad', textContent: sent.error ? 'failed' : '…' })
              : statusOf(sent.status),
            el('span', {
              className: 'soft small-text',
              textContent: ` ${clock.format(new Date(sent.at))} ${sent.error ?? ''}`,
            }),
          ),
          el('pre', { textContent: sent.body, tabIndex: 0 }),
        ),
      ),
      again,
    );
  });

  draw($('sinks'), all.sinks, (sink) => {
    const clear = el('button', {
      type: 'button',
      className: 'small',
      textContent: 'Clear',
      attrs: { 'aria-label': `Clear ${sink.name}` },
    });
    clear.addEventListener(
      'click',
      guarded(async () => {
        await call('DELETE', `/_control/sinks/${encodeURIComponent(sink.name)}`);
        await loadLevers();
      }),
    );
    const details = el(
      'details',
      {},
      el(
        'summary',
        {},
        el('span', { className: 'title', textContent: sink.name }),
        el('span', {
          className: 'soft small-text',
          textContent: ` ${sink.count} received${sink.answer ? `, answers ${sink.answer.status}${sink.answer.times ? ` ${sink.answer.times} times` : ''}` : ''}`,
        }),
      ),
    );
    details.addEventListener(
      'toggle',
      guarded(async () => {
        if (!details.open || details.children.length > 1) return;
        const got = await call('GET', `/_control/sinks/${encodeURIComponent(sink.name)}`);
        const bytes = (body) =>
          new TextDecoder().decode(Uint8Array.from(atob(body), (char) => char.charCodeAt(0)));
        details.append(
          el('pre', {
            tabIndex: 0,
            textContent:
              got
                .slice(-10)
                .toReversed()
                .map((one) => `${one.at} -> ${one.answered}\n${bytes(one.body)}`)
                .join('\n\n') || 'Empty.',
          }),
        );
      }),
    );
    return el('li', {}, el('div', { className: 'main' }, details), clear);
  });

  draw($('log'), log.slice(0, 60), (entry) =>
    el(
      'li',
      {},
      el(
        'div',
        { className: 'main small-text' },
        statusOf(entry.status),
        el('span', { className: 'mono', textContent: ` ${entry.method} ${entry.path}` }),
        el('span', {
          className: 'soft mono',
          textContent: entry.query ? ` ?${decodeURIComponent(entry.query).slice(0, 120)}` : '',
        }),
        entry.fault
          ? el('span', { className: 'warn', textContent: ` fault: ${entry.fault.replaceAll('_', ' ')}` })
          : undefined,
      ),
      el('div', { className: 'aside soft small-text', textContent: clock.format(new Date(entry.at)) }),
    ),
  );
});

async function refresh() {
  await loadLevers();
  if (state.description !== undefined) await loadRecords();
}

for (const id of ['account', 'collection', 'archived'])
  $(id).addEventListener('change', () => ((state.offset = 0), loadRecords()));
$('q').addEventListener('input', () => {
  clearTimeout(state.typing);
  state.typing = setTimeout(() => ((state.offset = 0), loadRecords()), 150);
});
$('prev').addEventListener('click', () => ((state.offset -= PAGE_SIZE), loadRecords()));
$('next').addEventListener('click', () => ((state.offset += PAGE_SIZE), loadRecords()));

const DETAILS = { rate_limited: ['Wait, s', 2], slow: ['Delay, ms', 3000] };
$('fault').elements.kind.addEventListener('change', (event) => {
  const detail = DETAILS[event.target.value];
  $('detail-label').hidden = detail === undefined;
  if (detail === undefined) return;
  $('detail-text').textContent = detail[0];
  $('fault').elements.detail.max = detail[1] > 100 ? 60000 : 600;
  $('fault').elements.detail.value = detail[1];
});
const onSubmit = (id, act) =>
  $(id).addEventListener('submit', (event) => {
    event.preventDefault();
    guarded(act)(Object.fromEntries(new FormData(event.target)));
  });
onSubmit('fault', async ({ kind, times, detail }) => {
  const more =
    kind === 'rate_limited' ? { retryAfter: detail } : kind === 'slow' ? { delayMs: Number(detail) } : {};
  await call('POST', `${base}/faults`, { kind, times: Number(times), ...more });
  await loadLevers();
});
onSubmit('target', async ({ url }) => {
  await (url === ''
    ? call('DELETE', `${base}/webhook-target`)
    : call('PUT', `${base}/webhook-target`, { url }));
  say('Saved.');
});
onSubmit('sink', async ({ name, status, times }) => {
  await call('PUT', `/_control/sinks/${encodeURIComponent(name)}`, {
    status: Number(status),
    times: Number(times),
  });
  await loadLevers();
});
const onClick = (id, act, done) =>
  $(id).addEventListener(
    'click',
    guarded(async () => {
      await act();
      say(done);
      await refresh();
    }),
  );
onClick('clear-faults', () => call('DELETE', `${base}/faults`), 'No faults.');
onClick('clear-log', () => call('DELETE', `${base}/requests`), 'Cleared.');
onClick('expire', () => call('POST', `${base}/tokens/expire`, {}), 'Every access token has expired.');
$('reset').addEventListener(
  'click',
  guarded(async () => {
    if (!confirm('Forget every edit, token, fault and log, and start again from the seed?')) return;
    await call('POST', '/_control/reset', {});
    await refresh();
  }),
);

await refresh();
setInterval(() => document.visibilityState === 'visible' && !$('edit').open && refresh(), REFRESH_MS);
