import type { Database, Tx } from '@mortise/platform/database';
import { idFloor, MortiseError, type Clock } from '../kernel/index.ts';
import type { EventSubscriber } from './append.ts';
import type { Definitions } from './definitions.ts';
import { showNamed, showWritten, type Answer, type Draft, type Publication } from './publication.ts';
import { idReused, keyReused } from './publish-errors.ts';
import { readNamed, takeNames, type NamedRow } from './publish-store.ts';
import { writeEvents } from './write-events.ts';

export interface GroupDeps {
  db: Database;
  subscribers: readonly EventSubscriber[];
  definitions: Definitions;
  clock: Clock;
}

/** For so long the same id is the same event. */
export const namesHoldMs = 24 * 3_600_000;
const mostTries = 5;

/** Another transaction has taken one of our names since we looked: to be looked at anew. */
class NameTaken extends Error {}

const nameKey = (tenantId: string, name: string) => `${tenantId} ${name}`;

/**
 * Writes what many requests publish in one commit. A request that cannot be carried out gets its error and leaves
 * nothing; the others do not notice. Where the database refuses the content, halves are tried, until the one at
 * fault stands alone.
 *
 * @returns an answer or an error for each, in their order; all of them are final
 */
export async function publishGroup(
  deps: GroupDeps,
  group: readonly Publication[],
): Promise<(Answer | Error)[]> {
  for (let tried = 1; ; tried++) {
    try {
      return await deps.db.engine((tx) => writeGroup(tx, deps, group));
    } catch (error) {
      if (isAboutOthers(error) && tried < mostTries) continue;
      if (!isAboutContent(error) || group.length === 1) return group.map(() => asError(error));
      const middle = group.length >> 1;
      return [
        ...(await publishGroup(deps, group.slice(0, middle))),
        ...(await publishGroup(deps, group.slice(middle))),
      ];
    }
  }
}

async function writeGroup(
  tx: Tx,
  deps: GroupDeps,
  group: readonly Publication[],
): Promise<(Answer | Error)[]> {
  const since = idFloor(new Date(deps.clock.now().getTime() - namesHoldMs));
  const drafts = group.flatMap((one) => one.drafts);
  const named = drafts.filter((draft) => draft.name !== undefined);
  const [judge, taken] = await Promise.all([deps.definitions.judge(tx, drafts), readTaken(tx, named, since)]);

  /** What is written in this commit, by its name. */
  const fresh = new Map<string, Draft>();
  const write: Draft[] = [];
  const found = group.map((publication) => {
    const own = new Map<string, Draft>();
    const sources: (NamedRow | Draft)[] = [];
    for (const draft of publication.drafts) {
      const key = draft.name === undefined ? undefined : nameKey(publication.tenantId, draft.name.name);
      const known = key === undefined ? undefined : (taken.get(key) ?? fresh.get(key) ?? own.get(key));
      if (known === undefined) {
        // Only what is new is checked: a repeat was taken by the rules of its day.
        const refusal = judge(draft);
        if (refusal !== undefined) return refusal;
        if (key !== undefined) own.set(key, draft);
        sources.push(draft);
      } else {
        const fingerprint = 'event' in known ? known.name?.fingerprint : known.fingerprint;
        if (draft.name === undefined || fingerprint?.equals(draft.name.fingerprint) !== true)
          return draft.name?.isKey === true ? keyReused() : idReused(draft.place);
        sources.push(known);
      }
    }
    for (const [key, draft] of own) fresh.set(key, draft);
    const added = new Set(publication.drafts);
    for (const source of new Set(sources)) if ('event' in source && added.has(source)) write.push(source);
    return { sources, replayed: sources.every((source) => !('event' in source) || !added.has(source)) };
  });

  if (fresh.size > 0) await take(tx, fresh, since);
  const counts =
    write.length === 0
      ? new Map<string, number>()
      : await writeEvents(
          tx,
          deps.subscribers,
          write.map((draft) => draft.event),
        );
  return found.map((one) =>
    one instanceof Error
      ? one
      : {
          events: one.sources.map((source) =>
            'event' in source
              ? showWritten(source.event, counts.get(source.event.id) ?? 0)
              : showNamed(source),
          ),
          replayed: one.replayed,
        },
  );
}

async function readTaken(
  tx: Tx,
  named: readonly Draft[],
  since: string,
): Promise<ReadonlyMap<string, NamedRow>> {
  if (named.length === 0) return new Map();
  const names = new Map(
    named.map(({ event, name }) => [
      nameKey(event.tenantId, name?.name ?? ''),
      { tenantId: event.tenantId, name: name?.name ?? '' },
    ]),
  );
  const rows = await readNamed(tx, [...names.values()], since);
  return new Map(rows.map((row) => [nameKey(row.tenant_id, row.name), row]));
}

/** Takes the names of what is new, all of them or none. */
async function take(tx: Tx, fresh: ReadonlyMap<string, Draft>, since: string): Promise<void> {
  const names = [...fresh]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { event, name }]) => ({
      tenantId: event.tenantId,
      name: name?.name ?? '',
      eventId: event.id,
      fingerprint: name?.fingerprint ?? Buffer.alloc(0),
    }));
  if ((await takeNames(tx, names, since)) < names.length) throw new NameTaken();
}

const asError = (thrown: unknown) => (thrown instanceof Error ? thrown : new Error(String(thrown)));

const codeOf = (error: unknown) =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** Another transaction was in the way: the same again may go through. */
const isAboutOthers = (error: unknown) =>
  error instanceof NameTaken || codeOf(error) === '40P01' || codeOf(error) === '40001';

/** Data exceptions, violated constraints and limits of the server: the same group would fail again. */
const isAboutContent = (error: unknown) =>
  !(error instanceof MortiseError) && /^(2[23]|54)/.test(codeOf(error));
