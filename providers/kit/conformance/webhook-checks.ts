import assert from 'node:assert/strict';
import { check } from './stage.ts';
import type { Check, Stage, Subject } from './stage.ts';
import type { WebhookInput, Webhooks } from '../types.ts';

const TARGET = 'https://hooks.example.com/in/abc?tenant=1';
const HOUR_MS = 3_600_000;

/** Signatures good, bad, stale and bent by one bit; events that say whose and what. */
export function webhookChecks(subject: Subject): Check[] {
  const { webhooks } = subject.provider;
  const [account] = subject.emulator.accounts;
  const { told } = subject;
  const collection = subject.emulator.collections.find(
    (one, index) => (told === undefined && index === 0) || one.name === told?.collection,
  );
  if (webhooks === undefined || subject.emulator.webhook === undefined || collection === undefined) return [];
  const one = (name: string, act: (stage: Stage, webhooks: Webhooks) => Promise<void>): Check =>
    check(subject, `webhooks: ${name}`, (stage) => act(stage, webhooks));

  let made = '';
  const delivered = (stage: Stage, value = 'Changed'): WebhookInput => {
    const secret = subject.webhookSecret ?? subject.emulator.client.secret;
    const url = webhooks.secretParam === undefined ? TARGET : `${TARGET}&${webhooks.secretParam}=${secret}`;
    stage.emulator.setTarget({ url });
    const id = collection.idOf(0);
    const fields = told?.fields(value) ?? { [collection.fields[0]?.name ?? '']: value };
    const { records } = stage.emulator.world;
    if (told?.kind === 'created') {
      const like = records.get(account.id, collection.name, id)?.fields;
      made = records.create(account.id, collection.name, { ...like, ...fields }).id;
    } else {
      made = id;
      records.update(account.id, collection.name, id, fields);
    }
    const sent = stage.sent.at(-1);
    assert.ok(sent, 'the change was told to nobody');
    return {
      method: 'POST',
      url,
      headers: sent.headers,
      rawBody: Buffer.from(sent.body),
      secret,
      now: stage.clock.now,
    };
  };

  return [
    one('a delivery verifies, and tells account, resource, record and kind', async (stage) => {
      const input = delivered(stage);
      assert.deepEqual(webhooks.verify(input), { ok: true });
      const [event, ...others] = webhooks.events(input.rawBody, input.headers);
      // One happening may touch records of other resources besides.
      assert.deepEqual(
        others.filter((other) => other.resource === collection.name),
        [],
      );
      const accountId = event?.accountId ?? (webhooks.secret === 'own' ? account.id : undefined);
      assert.deepEqual(
        [accountId, event?.resource, event?.externalId, event?.kind],
        [account.id, collection.name, made, told?.kind ?? 'updated'],
      );
    }),
    one('the same delivery has the same key, another change has another', async (stage) => {
      const first = delivered(stage, 'One');
      const key = (input: WebhookInput): string | undefined =>
        webhooks.events(input.rawBody, input.headers)[0]?.dedupeKey;
      const again = key(first);
      stage.clock.advance(1000);
      assert.notEqual(key(delivered(stage, 'Two')), again);
      assert.equal(key(first), again);
    }),
    one('one bit bent anywhere, a wrong secret or no signature is refused', async (stage) => {
      const input = delivered(stage);
      const { length } = input.rawBody;
      for (const at of webhooks.signsBody === false ? [] : [0, length >> 1, length - 1]) {
        const rawBody = Uint8Array.from(input.rawBody);
        rawBody[at] = (rawBody[at] ?? 0) ^ 1;
        assert.equal(webhooks.verify({ ...input, rawBody }).ok, false, `byte ${at}`);
      }
      assert.equal(webhooks.verify({ ...input, secret: `${input.secret}x` }).ok, false);
      assert.equal(webhooks.verify({ ...input, secret: '' }).ok, false);
      // The proof may stand in the address or in the body instead.
      const inHeaders = Object.keys(input.headers).some((name) => name !== 'content-type');
      const inAddress = webhooks.secretParam !== undefined;
      const bare = inAddress ? { url: TARGET } : inHeaders ? { headers: {} } : { rawBody: new Uint8Array() };
      assert.equal(webhooks.verify({ ...input, ...bare }).ok, false);
      for (const [name, value] of Object.entries(input.headers)) {
        if (name === 'content-type') continue;
        const bent = String.fromCharCode(value.charCodeAt(0) ^ 1) + value.slice(1);
        assert.equal(
          webhooks.verify({ ...input, headers: { ...input.headers, [name]: bent } }).ok,
          false,
          name,
        );
      }
    }),
    one('where the provider signs a time, a stale delivery is refused', async (stage) => {
      const input = delivered(stage);
      const late = webhooks.verify({ ...input, now: new Date(input.now.getTime() + HOUR_MS) });
      const early = webhooks.verify({ ...input, now: new Date(input.now.getTime() - HOUR_MS) });
      assert.deepEqual(late, early);
      if (!late.ok) assert.equal(late.reason, 'stale_timestamp');
    }),
  ];
}
