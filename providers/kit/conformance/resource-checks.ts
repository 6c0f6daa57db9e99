import assert from 'node:assert/strict';
import {
  advanceIncremental,
  incrementalRequest,
  readIncrementalPage,
  startIncremental,
} from '../incremental.ts';
import { check } from './stage.ts';
import type { Check, Stage, Subject } from './stage.ts';
import type { Credential, HttpResponse, HttpRequestSpec, ListArgs, Page, Resource } from '../types.ts';

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

  const checks = [
    one('its pages hold every record exactly once, and each fits its schema', async (stage) => {
      const rows = await readAll(stage, await stage.connect(), (args) => resource.list(args), resource);
      assert.deepEqual(rows.map((raw) => resource.idOf(raw)).toSorted(), live(stage));
      for (const raw of rows) {
        assert.notEqual(resource.display(raw).title, '');
        assert.deepEqual(
          Object.keys(resource.fieldsOf(raw)),
          resource.fields.map((field) => field.name),
        );
      }
    }),
  ];

  if (incremental !== undefined) {
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
        const made = resource.schema.parse(create.read(await sent(create.request(sample.create))));
        const id = resource.idOf(made);
        const readBack = async (): Promise<Record<string, unknown>> => {
          if (get === undefined) return resource.fieldsOf(await find(stage, credential, resource, id));
          return resource.fieldsOf(resource.schema.parse(get.read(await sent(get.request(id)))));
        };
        partially(await readBack(), sample.create);
        if (update !== undefined) {
          stage.clock.advance(5000);
          resource.schema.parse(update.read(await sent(update.request(id, sample.update))));
          partially(await readBack(), { ...sample.create, ...sample.update });
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
  readPage: (response: HttpResponse) => Page = (response) => resource.readPage(response),
): Promise<unknown[]> {
  const rows: unknown[] = [];
  let cursor: string | undefined;
  do {
    const args = { limit: resource.pageSize, ...(cursor === undefined ? {} : { cursor }) };
    const page = readPage(ok(stage, await stage.call(credential, list(args))));
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
  between?: (seen: string[]) => void,
): Promise<Set<string>> {
  const found = new Set<string>();
  let state = startIncremental(resource, since);
  for (let pages = 0; pages < 200; pages++) {
    const response = ok(stage, await stage.call(credential, incrementalRequest(resource, state)));
    const page = readIncrementalPage(resource, response);
    for (const raw of page.records) found.add(resource.idOf(resource.schema.parse(raw)));
    const next = advanceIncremental(resource, state, page);
    if (next === undefined) return found;
    // A checkpoint is stored as JSON: nothing may be lost on the way.
    state = JSON.parse(JSON.stringify(next)) as typeof next;
    between?.([...found]);
  }
  throw new Error('the walk does not end');
}
