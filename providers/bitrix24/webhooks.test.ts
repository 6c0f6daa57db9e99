import { expect, test } from 'vitest';
import { webhooks } from './webhooks.ts';

const SECRET = '51856fefc120afa4b628cc82d3935cce';

const form = (event: string, more: Record<string, string> = {}) =>
  Buffer.from(
    new URLSearchParams({
      event,
      'data[FIELDS][ID]': '82',
      ts: '1736405807',
      'auth[member_id]': 'a223',
      'auth[application_token]': SECRET,
      ...more,
    }).toString(),
  );

const verify = (rawBody: Uint8Array, secret = SECRET) =>
  webhooks.verify({
    method: 'POST',
    url: 'https://x.example',
    headers: {},
    rawBody,
    secret,
    now: new Date(0),
  });

test('the application token is compared where it stands in the form; none, another or an empty one is refused', () => {
  expect(verify(form('ONCRMDEALADD'))).toEqual({ ok: true });
  expect(verify(form('ONCRMDEALADD'), 'other').ok).toBe(false);
  expect(verify(form('ONCRMDEALADD', { 'auth[application_token]': '' }), '').ok).toBe(false);
  expect(verify(Buffer.from('event=ONCRMDEALADD'))).toEqual({ ok: false, reason: 'missing_signature' });
});

test('an event tells portal, resource, id, kind and time; its key is of those', () => {
  expect(webhooks.events(form('OnCrmDealUpdate'))).toEqual([
    {
      dedupeKey: 'a223:ONCRMDEALUPDATE:82:1736405807',
      accountId: 'a223',
      resource: 'deals',
      externalId: '82',
      kind: 'updated',
      occurredAt: new Date(1_736_405_807_000),
    },
  ]);
  const kinds = ['ONCRMLEADADD', 'ONCRMCONTACTDELETE', 'ONCRMCOMPANYUPDATE'].map((event) => {
    const [told] = webhooks.events(form(event));
    return `${told?.resource} ${told?.kind}`;
  });
  expect(kinds).toEqual(['leads created', 'contacts deleted', 'companies updated']);
});

test('what is not modelled is left out, and a body that is no event throws', () => {
  const others = ['ONCRMDYNAMICITEMADD', 'ONCRMDEALUSERFIELDADD', 'ONAPPINSTALL', 'ONTASKADD'];
  expect(others.flatMap((event) => webhooks.events(form(event)))).toEqual([]);
  expect(() => webhooks.events(Buffer.from('{}'))).toThrow(/not an event/);
});

test('an uninstallation is a withdrawal, and nothing else is', () => {
  expect(webhooks.withdrawals?.(form('ONAPPUNINSTALL', { 'data[CLEAN]': '0' }))).toMatchObject([
    { accountId: 'a223', occurredAt: new Date(1_736_405_807_000) },
  ]);
  expect(webhooks.withdrawals?.(form('ONCRMDEALADD'))).toEqual([]);
});
