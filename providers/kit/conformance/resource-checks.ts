import assert from 'node:assert/strict';
import {
  advanceIncremental,
  incrementalRequest,
  readIncrementalPage,
  startIncremental,
} from '../incremental.ts';
import { check } from './stage.ts';
import type { Check, Stage, Subject } from './stage.ts';
import type {
  Credential,
  FieldValues,
  HttpRequestSpec,
  HttpResponse,
  ListArgs,
  Page,
  Resource,
} from '../types.ts';

const DAY_MS = 24 * 3_600_000;

/** Reading everything once, exactly what changed, and writing. */
export function resourceChecks(subject: Subject, resource: Resource): Check[] {
  const { provider, samples } = subject;
  const one = (name: string, act: (stage: Stage) => Promise<void>): Check =>
    check(subject, `${resource.name}: ${name}`, act, { enforceLimits: false });
  const account = subject.emulator.accounts[0].id;
  const live = (stage: Stage): string[] =>
    stage.emulator.world.records
      .all(account, resource.name)
      .filter((record) => record.archivedAt === undefined)
      .map((record) => record.id)
      .toSorted();
  const { create, update, get, incremental, deleted } = resource;
  const sample = samples[resource.name];
  const hidden = new Set(resource.fields.filter((field) => field.writeOnly === true).map(({ name }) => name));

  const checks = [
    one('its pages hold every record exactly once, and each fits its schema', async (stage) => {
      const rows = await readAll(stage, await stage.connect(), (args) => resource.list(args), resource);
      assert.deepEqual(rows.map((raw) => resource.idOf(raw)).toSorted(), live(stage));
      for (const raw of rows) {
        assert.notEqual(resource.display(raw).title, '');
        assert.deepEqual(
          Object.keys(resource.fieldsOf(raw)),
          resource.fields.filter((field) => field.writeOnly !== true).map((field) => field.name),
        );
      }
    }),
  ];

  if (incremental?.window === 'created' && create !== undefined && sample !== undefined) {
    checks.push(
      one(
        'a walk over creations finds all that was made since the look-back, as it is now',
        async (stage) => {
          stage.clock.advance(3_600_000);
          const credential = await stage.connect();
          const since = stage.clock.now;
          const make = async (): Promise<string> => {
            stage.clock.advance(1000);
            const answer = ok(stage, await stage.call(credential, create.request(sample.create)));
            return resource.idOf(resource.schema.parse(create.read(answer, sample.create)));
          };
          for (let made = 0; made < 45; made++) await make();
          let late: Promise<string> | undefined;
          const found = await readChanges(stage, credential, resource, since, async () => {
            // Of a list that runs newest first, what comes meanwhile stands before the walk: the next run finds it.
            if (incremental.newestFirst !== true) await (late ??= make());
          });
          const from = since.getTime() - incremental.lookBackMs;
          const { records } = stage.emulator.world;
          const made = records.all(account, resource.name).filter((record) => record.createdAt >= from);
          assert.ok(made.length > 45, 'nothing lies in the look-back');
          for (const { id } of made) assert.ok(found.has(id), `missed ${id}`);
          const ancient = records
            .all(account, resource.name)
            .filter((record) => record.createdAt < from - 2 * DAY_MS);
          assert.ok(
            // Whole pages may reach below the bound of a list that runs newest first.
            ancient.length > 0 &&
              (incremental.newestFirst === true
                ? ancient.some(({ id }) => !found.has(id))
                : ancient.every(({ id }) => !found.has(id))),
            'the window is no window',
          );
        },
      ),
    );
  }

  if (incremental?.window === 'created' && create === undefined) {
    checks.push(
      one(
        'a walk over what is new finds all of it, also when more comes while it is walked',
        async (stage) => {
          stage.clock.advance(incremental.lookBackMs + 3_600_000);
          const credential = await stage.connect();
          const since = stage.clock.now;
          const { records } = stage.emulator.world;
          const old = live(stage);
          const fields = records.get(account, resource.name, old[0] ?? '')?.fields ?? {};
          const make = (): string => {
            stage.clock.advance(1000);
            return records.create(account, resource.name, fields).id;
          };
          const made = Array.from({ length: 2 * resource.pageSize + 1 }, make);
          const found = await readChanges(stage, credential, resource, since, () => void make());
          assert.deepEqual(
            made.filter((id) => !found.has(id)),
            [],
          );
          // Whole pages may reach below the bound; a walk through everything would be no walk over what is new.
          assert.ok(
            old.some((id) => !found.has(id)),
            `all ${found.size} were read`,
          );
        },
      ),
    );
  }

  if (incremental !== undefined && incremental.window !== 'created') {
    checks.push(
      one('a walk over changes finds exactly the changed', async (stage) => {
        stage.clock.advance(3_600_000);
        const credential = await stage.connect();
        const since = stage.clock.now;
        const { records } = stage.emulator.world;
        const changed = live(stage).filter((_, index) => index % 61 === 0);
        for (const id of changed) {
          records.update(account, resource.name, id, { [firstField(subject, resource)]: 'Changed' });
          stage.clock.advance(1000);
        }
        const found = await readChanges(stage, credential, resource, since);
        assert.deepEqual([...found].toSorted(), changed);
      }),
      one('a walk over changes misses none of many that share one time', async (stage) => {
        stage.clock.advance(3_600_000);
        const credential = await stage.connect();
        const since = stage.clock.now;
        const ids = live(stage);
        const name = firstField(subject, resource);
        for (const id of ids)
          stage.emulator.world.records.update(account, resource.name, id, { [name]: 'Together' });
        stage.clock.advance(1000);
        const later = ids[3] ?? '';
        stage.emulator.world.records.update(account, resource.name, later, { [name]: 'Later' });
        assert.deepEqual([...(await readChanges(stage, credential, resource, since))].toSorted(), ids);
      }),
      one('a walk over changes misses nothing that changes while it is walked', async (stage) => {
        const credential = await stage.connect();
        const ids = live(stage);
        const name = firstField(subject, resource);
        let moved = 0;
        const found = await readChanges(
          stage,
          credential,
          resource,
          new Date(incremental.lookBackMs),
          (seen) => {
            // What was already read changes again and moves to the end, so that everything behind it moves up.
            stage.clock.advance(1000);
            const id = seen[moved++];
            if (id !== undefined && moved < 6)
              stage.emulator.world.records.update(account, resource.name, id, { [name]: `Moved ${moved}` });
          },
        );
        assert.deepEqual([...found].toSorted(), ids);
      }),
    );
  }

  if (create !== undefined && sample !== undefined) {
    checks.push(
      one('what is created and changed reads back, and a deletion is seen', async (stage) => {
        const credential = await stage.connect();
        const sent = async (spec: HttpRequestSpec): Promise<HttpResponse> =>
          ok(stage, await stage.call(credential, spec));
        const answer = await sent(create.request(sample.create));
        const made = resource.schema.parse(create.read(answer, sample.create));
        const id = resource.idOf(made);
        const readBack = async (): Promise<Record<string, unknown>> => {
          if (get === undefined) return resource.fieldsOf(await find(stage, credential, resource, id));
          return resource.fieldsOf(resource.schema.parse(get.read(await sent(get.request(id)), id)));
        };
        const told = (fields: FieldValues): FieldValues =>
          Object.fromEntries(Object.entries(fields).filter(([name]) => !hidden.has(name)));
        partially(await readBack(), told(sample.create));
        if (update !== undefined) {
          stage.clock.advance(5000);
          const changed = update.read(await sent(update.request(id, sample.update)));
          if (changed !== undefined) resource.schema.parse(changed);
          else assert.ok(get, 'neither the answer to an update nor a read tells the record');
          partially(await readBack(), told({ ...sample.create, ...sample.update }));
        }
        if (resource.delete === undefined) return;
        stage.clock.advance(5000);
        await sent(resource.delete.request(id));
        const left = await readAll(stage, credential, (args) => resource.list(args), resource);
        assert.ok(!left.some((raw) => resource.idOf(raw) === id), 'a deleted record is still listed');
        if (deleted === undefined) return;
        const gone = await readAll(
          stage,
          credential,
          (args) => deleted.list(args),
          resource,
          (response) => deleted.readPage?.(response) ?? resource.readPage(response),
        );
        assert.deepEqual(
          gone.map((raw) => resource.idOf(raw)),
          [id],
        );
        assert.deepEqual(deleted.deletedAtOf?.(gone[0]) ?? stage.clock.now, stage.clock.now);
      }),
    );
  }
  assert.equal(provider.resources[resource.name], resource);
  return checks;
}

/** Some field the emulator can change, whose change the provider dates. */
function firstField(subject: Subject, resource: Resource): string {
  const collection = subject.emulator.collections.find((one) => one.name === resource.name);
  return collection?.fields[0]?.name ?? '';
}

function partially(actual: Record<string, unknown>, expected: Readonly<Record<string, unknown>>): void {
  assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, actual[name]])), {
    ...expected,
  });
}

function ok(stage: Stage, response: HttpResponse): HttpResponse {
  const verdict = stage.subject.provider.api.classify(response, stage.clock.now);
  assert.equal(verdict.kind, 'ok', verdict.message);
  return response;
}

async function readAll(
  stage: Stage,
  credential: Credential,
  list: (args: ListArgs) => HttpRequestSpec,
  resource: Resource,
  readPage: (response: HttpResponse, args: ListArgs) => Page = (response, args) =>
    resource.readPage(response, args),
): Promise<unknown[]> {
  const rows: unknown[] = [];
  let cursor: string | undefined;
  do {
    const args = { limit: resource.pageSize, ...(cursor === undefined ? {} : { cursor }) };
    const page = readPage(ok(stage, await stage.call(credential, list(args))), args);
    rows.push(...page.records.map((raw) => resource.schema.parse(raw)));
    cursor = page.next;
  } while (cursor !== undefined);
  return rows;
}

async function find(stage: Stage, credential: Credential, resource: Resource, id: string): Promise<unknown> {
  const rows = await readAll(stage, credential, (args) => resource.list(args), resource);
  return rows.find((raw) => resource.idOf(raw) === id);
}

async function readChanges(
  stage: Stage,
  credential: Credential,
  resource: Resource,
  since: Date,
  between?: (seen: string[]) => void | Promise<void>,
): Promise<Set<string>> {
  const found = new Set<string>();
  let state = startIncremental(resource, since);
  for (let pages = 0; pages < 200; pages++) {
    const response = ok(stage, await stage.call(credential, incrementalRequest(resource, state)));
    const page = readIncrementalPage(resource, response, state);
    for (const raw of page.records) found.add(resource.idOf(resource.schema.parse(raw)));
    const next = advanceIncremental(resource, state, page);
    if (next === undefined) return found;
    // A checkpoint is stored as JSON: nothing may be lost on the way.
    state = JSON.parse(JSON.stringify(next)) as typeof next;
    await between?.([...found]);
  }
  throw new Error('the walk does not end');
}
