import { describe, expect, test } from 'vitest';
import { httpResponse, resolveHosts } from '../kit/index.ts';
import { providerConformance } from '../kit/conformance.ts';
import { bitrix24Emulator } from './emulator/index.ts';
import { bitrix24 } from './index.ts';

describe('conformance', () => {
  const checks = providerConformance({
    provider: bitrix24,
    emulator: bitrix24Emulator,
    refusal: 'page',
    // The app's token on the first portal.
    webhookSecret: '51856fefc120afa4b628cc82d3935cce',
    samples: {
      leads: {
        create: {
          title: 'Fair',
          name: 'Iara',
          lastName: 'Prado',
          email: 'iara@prado.example',
          opportunity: 900,
        },
        update: { stageId: 'IN_PROCESS', opportunity: 950.5 },
        invalid: { opportunity: 'a lot' },
      },
      deals: {
        create: {
          title: 'Tiles',
          opportunity: 1200,
          currencyId: 'BRL',
          contactIds: [75, 77],
          closedate: '2026-12-24',
        },
        update: { stageId: 'WON', probability: 100 },
        invalid: { companyId: 'nobody' },
      },
      contacts: {
        create: { name: 'Iara', lastName: 'Prado', email: 'iara@prado.example', phone: '+1 202 555 0101' },
        update: { post: 'Founder', comments: 'Met at the fair' },
        invalid: { companyId: 'nobody' },
      },
      companies: {
        create: { title: 'Prado Tiles', phone: '+1 202 555 0102', revenue: 12 },
        update: { revenue: 13 },
        invalid: { revenue: 'much' },
      },
    },
  });
  test.each(checks)('$name', ({ run }) => expect(run()).resolves.toBeUndefined());
});

describe('authorisation', () => {
  const auth = bitrix24.auth;
  const client = { id: 'app.1', secret: 's' };
  const hosts = resolveHosts(bitrix24.hosts, {}, { portal: 'acme.bitrix24.com' });

  test('it opens the portal’s own address with client and state alone', () => {
    const url = auth.authorizationUrl({ hosts, client, redirectUri: 'https://me.example/cb', state: 'x' });
    expect(url).toBe('https://acme.bitrix24.com/oauth/authorize/?client_id=app.1&state=x');
  });

  test('without a portal’s address there is no authorisation', () => {
    const input = { hosts: bitrix24.hosts, client, redirectUri: 'https://me.example/cb', state: 'x' };
    expect(() => auth.authorizationUrl(input)).toThrow(/not known yet/);
  });

  test('a portal’s address is a host name and nothing else', () => {
    const pattern = new RegExp(`^(?:${auth.inputs[0]?.pattern ?? ''})$`);
    const good = ['acme.bitrix24.com', 'crm.acme.com.br', 'b24-x1.bitrix24.eu'];
    const bad = [
      'https://acme.bitrix24.com',
      'acme',
      'a.com/x',
      'u@a.com',
      '10.0.0.1',
      'a.com:81',
      'a..com',
      '',
    ];
    expect(good.filter((one) => pattern.test(one))).toEqual(good);
    expect(bad.filter((one) => pattern.test(one))).toEqual([]);
  });

  const tokens = { accessToken: 't0ken', tokenType: 'Bearer' };
  const at = (client_endpoint?: string) => ({
    kind: 'oauth2' as const,
    tokens: { ...tokens, ...(client_endpoint === undefined ? {} : { extra: { client_endpoint } }) },
  });
  const request = {
    method: 'POST' as const,
    url: 'https://oauth.bitrix.info/rest/crm.item.get',
    headers: {},
    body: '{"id":1}',
  };

  test('a call goes to the token’s portal, with the token in its body and not in its URL', () => {
    const sent = auth.authenticate(request, at('https://acme.bitrix24.com/rest/'), new Date(0));
    expect(sent.url).toBe('https://acme.bitrix24.com/rest/crm.item.get');
    expect(sent.body).toBe('{"id":1,"auth":"t0ken"}');
    const { body: _, ...bare } = request;
    const asked = auth.authenticate(
      { ...bare, method: 'GET' },
      at('https://acme.bitrix24.com/rest'),
      new Date(0),
    );
    expect([asked.url, asked.query]).toEqual([
      'https://acme.bitrix24.com/rest/crm.item.get',
      { auth: 't0ken' },
    ]);
  });

  test('a token without a portal goes nowhere', () => {
    expect(() => auth.authenticate(request, at(), new Date(0))).toThrow(/client_endpoint/);
    expect(() => auth.authenticate(request, at('ftp://acme.example/'), new Date(0))).toThrow(
      /client_endpoint/,
    );
  });
});

describe('verdicts', () => {
  const now = new Date('2026-11-20T12:00:00Z');
  const classify = (status: number, body: unknown) =>
    bitrix24.api.classify(httpResponse(status, {}, JSON.stringify(body)), now);

  test('a full bucket waits for it to drain, a used-up method for its own time', () => {
    expect(classify(503, { error: 'QUERY_LIMIT_EXCEEDED', error_description: 'Too many requests' })).toEqual({
      kind: 'rate_limited',
      message: 'Too many requests',
      providerCode: 'QUERY_LIMIT_EXCEEDED',
      retryAfterMs: 1000,
    });
    const time = { operating_reset_at: now.getTime() / 1000 + 90 };
    expect(classify(429, { error: 'OPERATION_TIME_LIMIT', time })).toMatchObject({
      kind: 'rate_limited',
      retryAfterMs: 90_000,
    });
    expect(classify(429, { error: 'OPERATION_TIME_LIMIT' })).toMatchObject({ retryAfterMs: 60_000 });
  });

  test('only an expired token and a moved portal ask for a refresh, whatever else wears a 401', () => {
    expect(classify(401, { error: 'expired_token' }).kind).toBe('auth_expired');
    expect(classify(302, '').kind).toBe('auth_expired');
    const others = ['insufficient_scope', 'ACCESS_DENIED', 'user_access_error', 'OVERLOAD_LIMIT'];
    expect(others.map((error) => classify(401, { error }).kind)).toEqual(others.map(() => 'forbidden'));
    expect(classify(400, { error: 'ACCESS_DENIED' }).kind).toBe('forbidden');
    expect(classify(404, { error: 'ERROR_METHOD_NOT_FOUND' }).kind).toBe('invalid');
  });

  test('an error inside a 200 is an error, and a page without its list is no empty page', () => {
    expect(classify(200, { error: 'INTERNAL_SERVER_ERROR' }).kind).toBe('provider_error');
    const { deals } = bitrix24.resources;
    expect(() => deals.readPage(httpResponse(200, {}, '{"result":{}}'))).toThrow(/no list/);
  });
});

describe('items', () => {
  const { contacts } = bitrix24.resources;

  test('the first address counts, and an update never adds another', () => {
    const raw = contacts.schema.parse({
      id: 7,
      createdTime: '2026-01-05T12:59:42+03:00',
      updatedTime: '2026-01-05T12:59:42+03:00',
      name: 'Iara',
      fm: [
        { typeId: 'PHONE', valueType: 'WORK', value: '1' },
        { typeId: 'EMAIL', valueType: 'HOME', value: 'a@x.example' },
        { typeId: 'EMAIL', valueType: 'WORK', value: 'b@x.example' },
      ],
    });
    expect(contacts.fieldsOf(raw)).toMatchObject({
      name: 'Iara',
      email: 'a@x.example',
      phone: '1',
      post: null,
    });
    expect(contacts.updatedAtOf?.(raw)).toEqual(new Date('2026-01-05T09:59:42Z'));
    expect(contacts.update?.request('7', { email: 'c@x.example', post: 'CEO' }).json).toEqual({
      entityTypeId: 3,
      id: 7,
      fields: { post: 'CEO' },
    });
  });

  test('a walk starts at the next whole second, since times are whole seconds and the last one was walked', () => {
    const spec = contacts.incremental?.request({ since: new Date('2026-11-20T12:00:00.001Z'), limit: 50 });
    expect(spec?.json).toMatchObject({ filter: { '>=updatedTime': '2026-11-20T12:00:01+00:00' } });
  });
});
