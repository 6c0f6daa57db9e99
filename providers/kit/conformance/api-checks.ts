import assert from 'node:assert/strict';
import { check } from './stage.ts';
import type { Check, Stage, Subject } from './stage.ts';
import type { Fault } from '../emulator/fault-box.ts';
import type { Verdict } from '../types.ts';

/** Identity, health, limits and verdicts. */
export function apiChecks(subject: Subject): Check[] {
  const { provider, emulator } = subject;
  const one = (name: string, act: (stage: Stage) => Promise<void>): Check =>
    check(subject, `api: ${name}`, act);
  const struck = async (stage: Stage, fault: Fault): Promise<Verdict> => {
    const credential = await stage.connect();
    stage.emulator.world.faults.add(fault);
    return provider.api.classify(await stage.call(credential, provider.test), stage.clock.now);
  };

  return [
    one('the account is the one that was chosen, by its lasting id', async (stage) => {
      for (const [index, expected] of emulator.accounts.entries()) {
        const account = await provider.account(stage.context(await stage.connect(index)));
        assert.equal(account.id, expected.id);
        assert.ok(account.name);
      }
    }),
    one('the health call passes with a good credential', async (stage) => {
      const response = await stage.call(await stage.connect(), provider.test);
      assert.equal(provider.api.classify(response, stage.clock.now).kind, 'ok');
    }),
    one('a 429 tells how long to wait, in seconds or as a date', async (stage) => {
      const seconds = await struck(stage, { kind: 'rate_limited', times: 1, retryAfter: '7' });
      assert.ok(seconds.kind === 'rate_limited' && seconds.retryAfterMs === 7000, JSON.stringify(seconds));
      const date = new Date(stage.clock.now.getTime() + 90_000).toUTCString();
      const dated = await struck(stage, { kind: 'rate_limited', times: 1, retryAfter: date });
      assert.ok(dated.kind === 'rate_limited' && dated.retryAfterMs === 90_000, JSON.stringify(dated));
    }),
    one(
      'a server error is the provider’s, a refused token asks for a refresh, a missing right for neither',
      async (stage) => {
        assert.equal((await struck(stage, { kind: 'forbidden', times: 1 })).kind, 'forbidden');
        assert.equal((await struck(stage, { kind: 'server_error', times: 1 })).kind, 'provider_error');
        assert.equal((await struck(stage, { kind: 'unauthorized', times: 1 })).kind, 'auth_expired');
      },
    ),
    one('a dropped connection rejects, and the next request is answered', async (stage) => {
      const credential = await stage.connect();
      stage.emulator.world.faults.add({ kind: 'drop', times: 1 });
      await assert.rejects(stage.call(credential, provider.test));
      assert.equal((await stage.call(credential, provider.test)).status, 200);
    }),
    one(
      'the budget passes; one more in the same window is told to wait, and passes after the wait',
      async (stage) => {
        const credential = await stage.connect();
        const { requests, perMs } = provider.api.rateLimits.default;
        const verdict = async (): Promise<Verdict> =>
          provider.api.classify(await stage.call(credential, provider.test), stage.clock.now);
        stage.clock.advance(perMs);
        for (let sent = 0; sent < requests; sent++)
          assert.equal((await verdict()).kind, 'ok', `request ${sent + 1}`);
        const over = await verdict();
        assert.ok(over.kind === 'rate_limited' && (over.retryAfterMs ?? 0) > 0, JSON.stringify(over));
        stage.clock.advance(over.retryAfterMs ?? 0);
        assert.equal((await verdict()).kind, 'ok');
      },
    ),
    ...Object.values(provider.resources).flatMap((resource) => {
      const { get, create } = resource;
      const invalid = subject.samples[resource.name]?.invalid;
      return [
        ...(get === undefined
          ? []
          : [
              one(`${resource.name}: a record that is not there is not found`, async (stage) => {
                const response = await stage.call(
                  await stage.connect(),
                  get.request(subject.missing?.[resource.name] ?? '1'),
                );
                const { kind } = provider.api.classify(response, stage.clock.now);
                // Where one asks by a list of ids, the answer leaves out what is not there.
                if (kind === 'ok') assert.equal(get.read(response), undefined);
                else assert.equal(kind, 'not_found');
              }),
            ]),
        ...(create === undefined || invalid === undefined
          ? []
          : [
              one(
                `${resource.name}: a refused value is invalid, with the provider’s code and words`,
                async (stage) => {
                  const response = await stage.call(await stage.connect(), create.request(invalid));
                  const verdict = provider.api.classify(response, stage.clock.now);
                  assert.ok(verdict.kind === 'invalid' && verdict.providerCode, JSON.stringify(verdict));
                  assert.notEqual(verdict.message, '');
                },
              ),
            ]),
      ];
    }),
  ];
}
