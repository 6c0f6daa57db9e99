// Long, because the room's guarantees are held against the same accounts, provider and history in one place.
import { randomBytes } from 'node:crypto';
import { updateConnection } from '@mortise/contract';
import type { Provider, TokenSet } from '@mortise/providers/kit';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { bareId, FakeClock, newId, publicId } from '../kernel/index.ts';
import { ProviderCallError } from './caller.ts';
import { checkFields } from './check-fields.ts';
import { putCredential, readCredential } from './credential-store.ts';
import { plantConnection } from './testing/connected.ts';
import { personOf, type Cookies } from './testing/person.ts';
import { addTenant, bodyOf, contextOf, createRig, type Rig } from './testing/rig.ts';
import {
  startStrictIdentityProvider,
  strictRegistry,
  type StrictIdentityProvider,
} from './testing/strict-identity-provider.ts';
import { whereStored } from './testing/where-stored.ts';

const me = { method: 'GET', url: 'api:/me' } as const;

let test: TestDatabase;
let strict: StrictIdentityProvider;
let clock: FakeClock;
let rig: Rig;
let tenantId: string;
/** Public. Two of one provider: an account may be in each. */
let integrations: string[];

beforeAll(async () => {
  test = await createTestDatabase();
  strict = await startStrictIdentityProvider();
  clock = new FakeClock(new Date());
  rig = rigOf(strict.provider);
});
afterAll(async () => {
  rig.stop();
  await strict.close();
  await test.drop();
});
beforeEach(async () => {
  strict.accessSeconds = 3_600;
  tenantId = await addTenant(test.db);
  const one = { provider: 'strict', environment: 'sandbox' } as const;
  integrations = [(await rig.addIntegration(tenantId, one)).id, (await rig.addIntegration(tenantId, one)).id];
});

const rigOf = (provider: Provider): Rig =>
  createRig({
    db: test.db,
    registry: strictRegistry(provider),
    allow: ['127.0.0.1:*'],
    clock,
    sleep: async (ms) => clock.advance(ms),
  });
const rows = (sql: string, values: unknown[] = [tenantId]) => test.db.engine((tx) => tx.query(sql, values));
const accountId = () => `account-${randomBytes(9).toString('hex')}`;

const { start, finish } = personOf(() => ({ rig, tenantId, provider: 'strict' }));

/** Begins, and consents as the account. @returns what the browser comes back with */
async function consented(account: string, body: object): Promise<{ callback: URL; cookies: Cookies }> {
  const { authorizeUrl, cookies } = await start({ body });
  strict.account = account;
  const answer = await fetch(authorizeUrl, { redirect: 'manual' });
  return { callback: new URL(answer.headers.get('location')!), cookies };
}

async function connect(account: string, body: object): Promise<URLSearchParams> {
  const { callback, cookies } = await consented(account, body);
  return (await finish(callback, cookies)).searchParams;
}

/** Whatever a text may hold: every character, half of one, what ends a text elsewhere, and much of it. */
const anyText = (maxLength: number) =>
  fc.oneof(
    fc.string({ unit: 'binary', maxLength }),
    fc.string({ unit: 'grapheme', maxLength: Math.min(maxLength, 60) }),
    fc.constantFrom(
      'a\0b',
      '\ud800',
      "'; drop table connections; --",
      '"\\u0000"',
      '\\',
      '__proto__',
      '%s${x}',
      'é'.repeat(maxLength),
      'x'.repeat(maxLength + 1),
    ),
  );

describe('what is entered', () => {
  it('as label and metadata comes back as it was, or is refused: with NUL, half a character, or when too long', async () => {
    const { connectionId } = await plantConnection(
      rig,
      tenantId,
      { provider: 'strict', tokens: strict.grant() },
      clock.now(),
    );
    const params = { id: publicId('connection', connectionId) };
    // The parser leaves that name out, as it does everywhere: it would change what the object is.
    const isName = (text: string) => text !== '__proto__';
    const isKept = (text: string, most: number) =>
      text.isWellFormed() && !text.includes('\0') && text.length <= most;
    await fc.assert(
      fc.asyncProperty(
        anyText(120),
        fc.array(fc.tuple(anyText(40).filter(isName), anyText(2_000)), { maxLength: 4 }),
        async (label, entries) => {
          const metadata = Object.fromEntries(entries);
          const trimmed = label.trim();
          const fits =
            isKept(trimmed, 120) &&
            isKept(label, Infinity) &&
            trimmed !== '' &&
            Object.entries(metadata).every(
              ([name, value]) => name !== '' && isKept(name, 40) && isKept(value, 2_000),
            );
          const parsed = updateConnection.body.safeParse({ label, metadata });
          expect(parsed.success).toBe(fits);
          if (!parsed.success) {
            const at = parsed.error.issues.map(({ path }) => path[0]);
            expect(at.every((name) => name === 'label' || name === 'metadata')).toBe(true);
            return;
          }
          await rig.routes.settings(contextOf(tenantId), { params, query: undefined, body: parsed.data });
          const shown = bodyOf(
            await rig.routes.connection(contextOf(tenantId), { params, query: undefined, body: undefined }),
          );
          expect([shown.label, shown.metadata]).toEqual([trimmed, metadata]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('as a credential comes back as it was, or is refused field by field without a word of it', async () => {
    const { connectionId } = await plantConnection(
      rig,
      tenantId,
      { provider: 'strict', tokens: strict.grant() },
      clock.now(),
    );
    const field = { name: 'key', label: 'Key', secret: true, required: true };
    await fc.assert(
      fc.asyncProperty(anyText(3_000), anyText(300), async (key, token) => {
        // A line break or a NUL would end up in a header.
        const fits = key.trim() !== '' && !/\p{Cc}/u.test(key.trim());
        const act = () => checkFields([field], { key }, 'body.values');
        if (!fits) expect(act).toThrow(expect.objectContaining({ code: 'invalid_request' }));
        const tokens: TokenSet = {
          accessToken: token,
          refreshToken: key,
          tokenType: 'bearer',
          expiresAt: new Date(clock.now().getTime() + 60_000),
          extra: { [key]: token },
        };
        for (const credential of [
          ...(fits ? [{ kind: 'fields' as const, values: act() }] : []),
          { kind: 'oauth2' as const, tokens },
        ]) {
          const inputs = { portal: token };
          const read = await test.db.tenant(tenantId, async (tx) => {
            await putCredential(tx, rig.vault, tenantId, connectionId, credential, clock.now(), inputs);
            return readCredential(tx, rig.vault, tenantId, connectionId);
          });
          expect([read?.credential, read?.inputs]).toEqual([credential, inputs]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('by a provider that tells NUL or half a character of an account does not keep it from being connected', async () => {
    const told = {
      id: accountId(),
      name: 'Nul\0 Ltd \ud800',
      metadata: { odd: 'a\0b', deep: { '\udc00': 1 } },
    };
    const odd = rigOf({ ...strict.provider, account: async () => told });
    const person = personOf(() => ({ rig: odd, tenantId, provider: 'strict' }));
    const { authorizeUrl, cookies } = await person.start({ body: { integrationId: integrations[0] } });
    const answer = await fetch(authorizeUrl, { redirect: 'manual' });
    const end = await person.finish(new URL(answer.headers.get('location')!), cookies);
    expect(end.searchParams.get('connect_error')).toBeNull();
    expect(await rows('select account_name, metadata from connections where tenant_id = $1')).toEqual([
      { account_name: 'Nul\ufffd Ltd \ufffd', metadata: { odd: 'a\ufffdb', deep: { '\ufffd': 1 } } },
    ]);
    odd.stop();
  });
});

it('a state is good once, for its own browser and tenant alone, however its callbacks cross', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('own', 'other', 'none'), { minLength: 1, maxLength: 6 }),
      async (browsers) => {
        const account = accountId();
        const { callback, cookies } = await consented(account, { integrationId: integrations[0] });
        const stranger: Cookies = new Map([['mortise_connect', 'x'.repeat(43)]]);
        const jars = { own: cookies, other: stranger, none: new Map() as Cookies };
        const ends = await Promise.all(browsers.map((browser) => finish(callback, jars[browser])));
        const told = ends.map((end) => end.searchParams.get('connect_error') ?? 'connected');
        // Whoever came first used it up; all the others come too late.
        expect(told.filter((one) => one !== 'state_invalid')).toHaveLength(1);
        told.forEach((one, at) => {
          if (one === 'connected') expect(browsers[at]).toBe('own');
          if (one === 'other_browser') expect(browsers[at]).not.toBe('own');
        });
        const made = await rows('select tenant_id from connections where account_id = $1', [account]);
        expect(made).toEqual(told.includes('connected') ? [{ tenant_id: tenantId }] : []);
        expect((await finish(callback, cookies)).searchParams.get('connect_error')).toBe('state_invalid');
      },
    ),
    { numRuns: 15 },
  );
});

it('an account connected by any number of windows at once is one connection, told as created once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 2, max: 8 }), async (windows) => {
      const account = accountId();
      const begun = [];
      for (let n = 0; n < windows; n += 1)
        begun.push(await consented(account, { integrationId: integrations[0] }));
      const ends = await Promise.all(begun.map(({ callback, cookies }) => finish(callback, cookies)));
      const [id, ...others] = new Set(ends.map((end) => end.searchParams.get('connected')));
      expect([typeof id, others]).toEqual(['string', []]);
      expect(await rows('select from connections where account_id = $1', [account])).toHaveLength(1);
      const told = await rows('select type from events where tenant_id = $1 and subject = $2', [
        tenantId,
        id,
      ]);
      expect(told.map(({ type }) => String(type)).toSorted()).toEqual([
        'connection.created',
        ...Array.from({ length: windows - 1 }, () => 'connection.reconnected'),
      ]);
    }),
    { numRuns: 5 },
  );
});

it('no call goes out with a token past its expiry, whatever lifetimes the provider gives, and one that lives is used', async () => {
  const { auth } = strict.provider;
  if (auth.kind !== 'oauth2') throw new Error('The strict provider is one of OAuth');
  const lapsesAt = new Map<string, number>();
  let used: string[] = [];
  const watched = rigOf({
    ...strict.provider,
    auth: {
      ...auth,
      refresh: async (context) => {
        const tokens = await auth.refresh(context);
        lapsesAt.set(tokens.accessToken, clock.now().getTime() + strict.accessSeconds * 1000);
        return tokens;
      },
      authenticate: (request, credential, now) => {
        if (credential.kind === 'oauth2') used.push(credential.tokens.accessToken);
        return auth.authenticate(request, credential, now);
      },
    },
  });
  const life = fc.constantFrom(-5, 0, 1, 2, 3, 59, 61, 900, 3_600, 10_000_000);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ seconds: life, laterMs: fc.integer({ min: 0, max: 7_200_000 }) }), {
        minLength: 1,
        maxLength: 8,
      }),
      async (steps) => {
        const tenant = await addTenant(test.db);
        const expiresAt = new Date(clock.now().getTime() + 1_000);
        const tokens = { ...strict.grant(accountId()), expiresAt };
        lapsesAt.set(tokens.accessToken, expiresAt.getTime());
        const { connectionId } = await plantConnection(
          watched,
          tenant,
          { provider: 'strict', tokens },
          clock.now(),
        );
        const open = await watched.caller.open(tenant, connectionId);
        for (const { seconds, laterMs } of steps) {
          strict.accessSeconds = seconds;
          clock.advance(laterMs);
          used = [];
          const outcome: unknown = await open.call(me).catch((error: unknown) => error);
          for (const token of used) expect(lapsesAt.get(token)).toBeGreaterThan(clock.now().getTime());
          if (used.length > 0) expect(outcome).toMatchObject({ status: 200 });
          else {
            // There was nothing to call with: the provider gives what has lapsed when it comes, and that is said.
            expect(seconds).toBeLessThanOrEqual(0);
            expect(outcome).toBeInstanceOf(ProviderCallError);
          }
        }
      },
    ),
    { numRuns: 25 },
  );
  watched.stop();
});

describe('a history of connecting, renewing, noting, ending', () => {
  type Verb = 'connect' | 'reconnect' | 'mistake' | 'refresh' | 'note' | 'lapse' | 'keep' | 'erase';
  interface Step {
    verb: Verb;
    who: number;
  }
  /** An account in an integration. The first and the last are the same account, in two integrations. */
  interface Party {
    integrationId: string;
    account: string;
    /** Public; undefined before it is connected, and once it has been erased. */
    id: string | undefined;
    isOn: boolean;
  }
  const history = (maxLength: number) =>
    fc.array(
      fc.record<Step>({
        verb: fc.constantFrom('connect', 'reconnect', 'mistake', 'refresh', 'note', 'lapse', 'keep', 'erase'),
        who: fc.integer({ min: 0, max: 2 }),
      }),
      { minLength: 3, maxLength },
    );
  const parties = (): Party[] => {
    const [one, two] = [accountId(), accountId()];
    return [
      [0, one],
      [0, two],
      [1, one],
    ].map(([at, account]) => ({
      integrationId: integrations[at as number]!,
      account: account as string,
      id: undefined,
      isOn: false,
    }));
  };

  /** Everything that is kept of a connection. */
  const stateOf = async (id: string | undefined) =>
    id === undefined
      ? undefined
      : rows(
          `select c.*, d.sealed, d.version as credential, d.expires_at,
                  (select json_agg(s.* order by s.id) from syncs s where s.tenant_id = c.tenant_id and s.connection_id = c.id) as syncs
             from connections c left join credentials d on d.tenant_id = c.tenant_id and d.connection_id = c.id
            where c.tenant_id = $1 and c.id = $2`,
          [tenantId, bareId('connection', id)],
        );

  let lastSeq = 0;
  /** A sync with one record, as a run leaves it. */
  async function addSync(id: string): Promise<void> {
    await rows(
      `with made as (
         insert into syncs (tenant_id, id, connection_id, resource, status) values ($1, $2, $3, 'things', 'active')
           on conflict do nothing returning id)
       insert into records (tenant_id, id, sync_id, external_id, title, hash, data, seq)
       select $1, $4, id, '1', 'A thing', '\\x00', '{}', $5 from made`,
      [tenantId, newId(), bareId('connection', id), newId(), (lastSeq += 1)],
    );
  }

  async function act(verb: Verb, party: Party, all: readonly Party[]): Promise<void> {
    const { integrationId, account, id } = party;
    const about = { params: { id: id ?? '' }, query: undefined };
    if (verb === 'connect' || (verb === 'reconnect' && id === undefined)) {
      const { connected } = Object.fromEntries(await connect(account, { integrationId }));
      expect(connected).toBe(id ?? connected);
      party.id = connected!;
      party.isOn = true;
      return addSync(party.id);
    }
    if (id === undefined) return;
    switch (verb) {
      case 'reconnect':
        expect((await connect(account, { integrationId, reconnect: id })).get('connected')).toBe(id);
        party.isOn = true;
        return;
      case 'mistake': {
        const other = all.find((one) => one.account !== account)!;
        const { callback, cookies } = await consented(other.account, { integrationId, reconnect: id });
        const end = await finish(callback, cookies);
        expect(end.searchParams.get('connect_error')).toBe('wrong_account');
        return;
      }
      case 'refresh':
      case 'lapse': {
        if (!party.isOn) return;
        if (verb === 'lapse') clock.advance(3_600_000);
        const open = await rig.caller.open(tenantId, bareId('connection', id));
        if (verb === 'refresh') {
          await rig.connect.account.refresh(contextOf(tenantId), {
            params: { provider: 'strict', accountId: account },
            query: { integrationId },
            body: undefined,
          });
        }
        expect((await open.call(me)).status).toBe(200);
        return;
      }
      case 'note': {
        const body = { label: `Label of ${account}`, metadata: { account } };
        await rig.routes.settings(contextOf(tenantId), { ...about, body });
        return;
      }
      default: {
        const query = { records: verb };
        await rig.routes.disconnect(contextOf(tenantId), { params: { id }, query, body: undefined });
        party.isOn = false;
        if (verb === 'erase') party.id = undefined;
      }
    }
  }

  it('of one account never changes another, not even the same account in another integration', async () => {
    await fc.assert(
      fc.asyncProperty(history(8), async (steps) => {
        const all = parties();
        for (const party of all) await act('connect', party, all);
        for (const { verb, who } of steps) {
          const others = all.filter((_one, at) => at !== who).map(({ id }) => id);
          const before = await Promise.all(others.map(stateOf));
          await act(verb, all[who]!, all);
          expect({ verb, others: await Promise.all(others.map(stateOf)) }).toEqual({ verb, others: before });
        }
      }),
      { numRuns: 6 },
    );
  });

  it('renewed or connected again, it keeps its id, its label, its metadata and its syncs', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom<Verb>('connect', 'reconnect', 'refresh', 'lapse', 'mistake', 'keep'), {
          minLength: 2,
          maxLength: 7,
        }),
        async (verbs) => {
          const all = parties();
          const [party] = all as [Party];
          for (const verb of ['connect', 'note'] as const) await act(verb, party, all);
          const kept = async () => {
            const [row] = (await stateOf(party.id)) ?? [];
            const { id, label, own_metadata: metadata, version, syncs } = row!;
            return { id, label, metadata, version, syncs };
          };
          const before = await kept();
          expect(before.syncs).toHaveLength(1);
          for (const verb of verbs) {
            const [{ credential, sealed } = {}] = (await stateOf(party.id)) ?? [];
            await act(verb, party, all);
            expect({ verb, ...(await kept()) }).toEqual({ verb, ...before });
            const [after = {}] = (await stateOf(party.id)) ?? [];
            // Nothing of a wrong account is kept.
            if (verb === 'mistake')
              expect([after['credential'], after['sealed']]).toEqual([credential, sealed]);
          }
        },
      ),
      { numRuns: 6 },
    );
  });

  it('ended, leaves no secret anywhere in the database; erased, no trace of whose account it was either', async () => {
    await fc.assert(
      fc.asyncProperty(history(9), fc.constantFrom<Verb>('keep', 'erase'), async (steps, last) => {
        const all = parties();
        const from = strict.seen.length;
        /** Whatever has gone to the provider as a secret. */
        const secrets = () => {
          const told = strict.seen
            .slice(from)
            .flatMap(({ authorization, form }) => [
              authorization?.split(' ')[1],
              ...['refresh_token', 'token', 'code', 'code_verifier'].map((name) => form.get(name)),
            ]);
          return [...new Set(told)].filter((value) => typeof value === 'string');
        };
        for (const party of all) await act('connect', party, all);
        for (const { verb, who } of steps) await act(verb, all[who]!, all);
        expect(await whereStored(test.url, { texts: secrets() })).toEqual([]);
        const ids = all.flatMap(({ id }) => (id === undefined ? [] : [bareId('connection', id)]));
        const before = (
          await rows('select id from syncs where tenant_id = $1 and connection_id = any ($2)', [
            tenantId,
            ids,
          ])
        ).map((row) => row['id']);
        expect(before).toHaveLength(ids.length);
        for (const party of all) await act(last, party, all);
        // Those that were ended before, and erased now.
        expect(await rows('select from credentials where tenant_id = $1')).toEqual([]);
        const syncs = await rows(
          'select distinct connection_id from syncs where tenant_id = $1 and connection_id = any ($2)',
          [tenantId, ids],
        );
        const left = last === 'keep' ? ids.length : 0;
        expect(syncs).toHaveLength(left);
        const records = await rows(
          `select from records r join syncs s on s.tenant_id = r.tenant_id and s.id = r.sync_id
            where r.tenant_id = $1 and s.connection_id = any ($2)`,
          [tenantId, ids],
        );
        expect(records).toHaveLength(left);
        if (last === 'erase')
          expect(await rows('select from records where sync_id = any ($1)', [before])).toEqual([]);
        const accounts = [...new Set(all.map(({ account }) => account))];
        const texts = last === 'erase' ? [...secrets(), ...accounts] : secrets();
        expect(await whereStored(test.url, { texts })).toEqual([]);
        if (last === 'keep' && ids.length > 0)
          expect(await whereStored(test.url, { texts: accounts })).toContain(
            'mortise.connections.account_id',
          );
      }),
      { numRuns: 5 },
    );
  });
});
