import assert from 'node:assert/strict';
import { callProvider } from '../call-provider.ts';
import { ProviderError } from '../provider-error.ts';
import { tellWithdrawal } from '../tell-withdrawal.ts';
import { check } from './stage.ts';
import type { Check, Stage, Subject } from './stage.ts';
import type { EmulatedRecord } from '../emulator/types.ts';
import type { ConsentRegister, Credential, HttpRequestSpec, HttpResponse, KnownPerson } from '../types.ts';

/** A withdrawal arrives, as often as it is told, at those who are known, and changes nothing besides. */
export function consentChecks(subject: Subject): Check[] {
  const { consent } = subject.provider;
  if (consent === undefined) return [];
  const sample = subject.withdrawal;
  if (sample === undefined)
    throw new TypeError('a provider that can be told of withdrawals needs `withdrawal`');
  const account = subject.emulator.accounts[0].id;
  const categories = Object.values(consent.categories);
  const one = (name: string, act: (telling: Telling) => Promise<void>): Check =>
    check(subject, `consent: ${name}`, async (stage) =>
      act(new Telling(stage, consent, await stage.connect())),
    );
  const all = ({ stage }: Telling): EmulatedRecord[] =>
    stage.emulator.world.records.all(account, consent.resource);
  /** The first who has granted, and is known in each way. */
  const somebody = (telling: Telling): { id: string; persons: KnownPerson[] } => {
    const found = all(telling).find((record) => !sample.isDeclined(record));
    assert.ok(found, 'the emulator has nobody who could withdraw');
    return { id: found.id, persons: sample.persons(found) };
  };
  const read = (telling: Telling, id: string): EmulatedRecord => {
    const record = telling.stage.emulator.world.records.get(account, consent.resource, id);
    assert.ok(record);
    return record;
  };
  const rest = ({ fields }: EmulatedRecord): object =>
    Object.fromEntries(Object.entries(fields).filter(([name]) => name !== sample.field));

  return [
    one('it is filed with the person, however they are known, and nothing else changes', async (telling) => {
      for (const category of categories) {
        const { id, persons } = somebody(telling);
        for (const person of persons) {
          telling.stage.emulator.world.records.update(account, consent.resource, id, sample.granted);
          const before = rest(read(telling, id));
          const others = all(telling).length;
          assert.equal(await telling.tell(person, category), 'told');
          assert.ok(sample.isDeclined(read(telling, id)), 'it was not filed');
          assert.deepEqual(rest(read(telling, id)), before);
          assert.ok(sample.keepsOthers(read(telling, id)), 'what else the person consented to was lost');
          assert.equal(all(telling).length, others);
        }
      }
    }),
    one('told again it is as it was, and nothing is written a second time', async (telling) => {
      const { id, persons } = somebody(telling);
      await telling.tell(persons[0]!, categories[0]!);
      const after = structuredClone(read(telling, id));
      telling.stage.clock.advance(60_000);
      assert.equal(await telling.tell(persons[0]!, categories[0]!), 'told');
      assert.deepEqual(read(telling, id), after);
    }),
    one('somebody unknown is no error, and is not made', async (telling) => {
      const before = all(telling).length;
      for (const person of sample.unknown)
        assert.equal(await telling.tell(person, categories[0]!), 'unknown_person');
      assert.equal(all(telling).length, before);
    }),
    one('somebody who is deleted meanwhile is unknown, and not made again', async (telling) => {
      const { records } = telling.stage.emulator.world;
      const { id, persons } = somebody(telling);
      const alive = () => all(telling).filter(({ archivedAt }) => archivedAt === undefined).length;
      const before = alive();
      telling.beforeCall = (nth) => void (nth === 2 && records.archive(account, consent.resource, id));
      assert.equal(await telling.tell(persons.at(-1)!, categories[0]!), 'unknown_person');
      assert.equal(alive(), before - 1);
    }),
    one('a refusal of either call says what it is, and the next try arrives', async (telling) => {
      const faults = [
        ['server_error', 'provider_error'],
        ['forbidden', 'forbidden'],
        ['unauthorized', 'auth_expired'],
        ['rate_limited', 'rate_limited'],
      ] as const;
      for (const call of [1, 2]) {
        for (const [kind, expected] of faults) {
          const { id, persons } = somebody(telling);
          telling.beforeCall = (nth) => {
            if (nth === call)
              telling.stage.emulator.world.faults.add(
                kind === 'rate_limited' ? { kind, times: 1, retryAfter: '7' } : { kind, times: 1 },
              );
          };
          await assert.rejects(telling.tell(persons[0]!, categories[0]!), (error) => {
            assert.ok(error instanceof ProviderError, String(error));
            assert.equal(error.kind, expected);
            if (kind === 'rate_limited') assert.equal(error.problem.retryAfterMs, 7_000);
            return true;
          });
          assert.ok(!sample.isDeclined(read(telling, id)));
          telling.beforeCall = undefined;
          assert.equal(await telling.tell(persons[0]!, categories[0]!), 'told');
        }
      }
    }),
  ];
}

/** One who tells, with a look at each call before it goes out. */
class Telling {
  readonly stage: Stage;
  readonly #consent: ConsentRegister;
  readonly #credential: Credential;
  beforeCall: ((nth: number) => void) | undefined;

  constructor(stage: Stage, consent: ConsentRegister, credential: Credential) {
    this.stage = stage;
    this.#consent = consent;
    this.#credential = credential;
  }

  tell(person: KnownPerson, category: string): Promise<string> {
    let calls = 0;
    const call = (spec: HttpRequestSpec): Promise<HttpResponse> => {
      this.beforeCall?.(++calls);
      return callProvider(this.stage.subject.provider, this.stage.context(this.#credential), spec);
    };
    return tellWithdrawal(this.#consent, call, person, category);
  }
}
