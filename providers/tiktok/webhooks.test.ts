import { expect, test } from 'vitest';
import { webhooks } from './webhooks.ts';
import type { WebhookInput } from '../kit/index.ts';

// TikTok's example of a body; TikTok publishes no vector, so the signature was made with OpenSSL's command line.
const body =
  '{"client_key":"bwo2m45353a6k85","event":"authorization.removed","create_time":1615338610,' +
  '"user_openid":"act.example12345Example12345Example","content":"{\\"reason\\": 1 }"}';
const signature = 'f2f66d18617580458028038cd69da15e2b8e7dd27675b98474edd251903e84a8';
const vector: WebhookInput = {
  method: 'POST',
  url: 'https://hooks.example.com/in/abc',
  headers: { 'tiktok-signature': `t=1633174587,s=${signature}` },
  rawBody: Buffer.from(body),
  secret: 'a-client-secret',
  now: new Date(1_633_174_587_000),
};
const verify = (header: string, now = vector.now) =>
  webhooks.verify({ ...vector, now, headers: { 'tiktok-signature': header } });

test('a signature over time and body verifies, in either order of its parts', () => {
  expect(webhooks.verify(vector)).toEqual({ ok: true });
  expect(verify(`s=${signature}, t=1633174587`)).toEqual({ ok: true });
});

test('another time is another signature; without a time or a signature there is none', () => {
  expect(verify(`t=1633174588,s=${signature}`)).toEqual({ ok: false, reason: 'bad_signature' });
  expect(verify(`s=${signature}`)).toEqual({ ok: false, reason: 'missing_timestamp' });
  expect(verify('t=1633174587')).toEqual({ ok: false, reason: 'missing_signature' });
  expect(verify('nonsense')).toEqual({ ok: false, reason: 'missing_signature' });
});

test('five minutes is fresh, a second more is stale', () => {
  const header = vector.headers['tiktok-signature'] ?? '';
  expect(verify(header, new Date(vector.now.getTime() + 300_000))).toEqual({ ok: true });
  expect(verify(header, new Date(vector.now.getTime() + 301_000))).toEqual({
    ok: false,
    reason: 'stale_timestamp',
  });
});

test('a withdrawn permission names the account, and is no event of a record', () => {
  expect(webhooks.withdrawals?.(vector.rawBody)).toEqual([
    {
      dedupeKey: 'authorization.removed:act.example12345Example12345Example:1615338610',
      accountId: 'act.example12345Example12345Example',
      occurredAt: new Date(1_615_338_610_000),
    },
  ]);
  expect(webhooks.events(vector.rawBody)).toEqual([]);
});

test('a published post names its video to the last digit, as text or as a number; other events name none', () => {
  const told = (event: string, content: string) =>
    Buffer.from(JSON.stringify({ event, create_time: 1_763_640_000, user_openid: 'o', content }));
  const published = 'post.publish.publicly_available';
  for (const content of [
    '{"post_id":"7455000000000090071"}',
    '{"publish_id":"v_1","post_id": 7455000000000090071}',
  ]) {
    expect(webhooks.events(told(published, content))).toEqual([
      {
        dedupeKey: `${published}:o:7455000000000090071:1763640000`,
        accountId: 'o',
        resource: 'videos',
        externalId: '7455000000000090071',
        kind: 'created',
        occurredAt: new Date(1_763_640_000_000),
      },
    ]);
  }
  const completed = told('video.publish.completed', '{"share_id":"video.6974245311675353080.VDCxrcMJ"}');
  expect(webhooks.events(completed)).toEqual([]);
  expect(webhooks.withdrawals?.(completed)).toEqual([]);
  expect(webhooks.events(told(published, '{}'))).toEqual([]);
  expect(() => webhooks.events(Buffer.from('{}'))).toThrow(/user_openid/);
});
