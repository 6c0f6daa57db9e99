import type { Tx } from '@mortise/platform/database';
import type { Provider, ProviderEvent, Withdrawal } from '@mortise/providers/kit';
import { markWithdrawn, readAccountConnections, readOnlyConnection } from '../connections/index.ts';
import type { NewEvent } from '../events/index.ts';
import { newId, publicId, traceIdOf } from '../kernel/index.ts';
import { addToCounters } from '../metrics/index.ts';
import { counterOf } from './committer.ts';
import { keyDigest } from './dedupe-key.ts';
import type { IngestDeps } from './deps.ts';
import { planHappening, planRequest, readDelivery, UnreadableError, type Work } from './plan-receipt.ts';
import {
  finish,
  hold,
  readSecretAccounts,
  readStored,
  type NewOutcome,
  type QueuedRow,
} from './queue-store.ts';
import { enterKeys } from './receipt-store.ts';
import { shareSources, type SourceRow } from './source-store.ts';

/** What comes of one receipt, while it is found out. */
interface Result {
  row: QueuedRow;
  status: 'processed' | 'failed';
  notes: string[];
  events: NewEvent[];
  syncIds: Set<string>;
  connectionIds: Set<string>;
}

type ProviderWork = Work & { provider: Provider; result: Result };
type Happening = { of: ProviderWork; key: string } & ({ event: ProviderEvent } | { withdrawal: Withdrawal });

/**
 * Processes receipts of one tenant that this transaction has taken: their events, what they tell the sync and the
 * connections, what came of each, and their leaving the queue are one commit.
 *
 * @returns the sources whose receipts were worked off, bare
 * @throws what a processor or the database throws; nothing has happened then
 */
export async function processBatch(
  deps: IngestDeps,
  tx: Tx,
  tenantId: string,
  rows: readonly QueuedRow[],
): Promise<string[]> {
  const sources = new Map(
    (await shareSources(tx, tenantId, [...new Set(rows.map((row) => row.source_id))])).map((source) => [
      source.id,
      source,
    ]),
  );
  const paused = rows.filter((row) => sources.get(row.source_id)?.status === 'paused');
  if (paused.length > 0) {
    await hold(
      tx,
      tenantId,
      paused.map((row) => row.id),
    );
  }
  const due = rows.filter((row) => !paused.includes(row));
  if (due.length === 0) return [];
  const stored = new Map(
    (
      await readStored(
        tx,
        tenantId,
        due.map((row) => row.receipt_id),
      )
    ).map((receipt) => [receipt.id, receipt]),
  );
  const results: Result[] = [];
  const ofProviders: ProviderWork[] = [];
  for (const row of due) {
    const result: Result = {
      row,
      status: 'processed',
      notes: [],
      events: [],
      syncIds: new Set(),
      connectionIds: new Set(),
    };
    results.push(result);
    const [source, receipt] = [sources.get(row.source_id), stored.get(row.receipt_id)];
    if (source === undefined || receipt === undefined) {
      result.notes.push(
        source === undefined ? 'The source was deleted.' : 'The receipt is past its retention.',
      );
      continue;
    }
    const work = { row, source, receipt, bytes: receipt.body ?? new Uint8Array() };
    if (source.processor !== null) await runProcessor(deps, tx, tenantId, source, work, result);
    else if (source.provider === null) result.events.push(planRequest(work));
    else {
      const provider = deps.registry.find(source.provider);
      if (provider === undefined) throw new Error(`The provider ${source.provider} is not installed here.`);
      ofProviders.push({ ...work, provider, result });
    }
  }
  if (ofProviders.length > 0) await readDeliveries(deps, tx, tenantId, ofProviders);
  const outcomes = await appendEvents(deps, tx, tenantId, results);
  await finish(
    tx,
    tenantId,
    due.map((row) => row.id),
    outcomes,
    deps.clock.now(),
  );
  await addToCounters(
    tx,
    results.map(({ row, status }) => ({ tenantId, name: counterOf(status, row.source_id), by: 1 })),
  );
  return [...new Set(due.map((row) => row.source_id))];
}

async function runProcessor(
  deps: IngestDeps,
  tx: Tx,
  tenantId: string,
  source: SourceRow,
  { row, receipt, bytes }: Work,
  result: Result,
): Promise<void> {
  const name = source.processor ?? '';
  const processor = Object.hasOwn(deps.processors, name) ? deps.processors[name] : undefined;
  if (processor === undefined) throw new Error(`There is no processor ${name} here.`);
  const traceId = traceIdOf(row.trace_id);
  const { events = [], note } = await processor.process(tx, {
    tenantId,
    sourceId: publicId('source', source.id),
    receiptId: publicId('receipt', row.receipt_id),
    method: receipt.method,
    headers: receipt.headers,
    body: bytes,
    receivedAt: receipt.received_at,
    traceId,
    replay: row.replay,
  });
  result.events.push(...events.map((event) => ({ traceId, forward: source.forward, ...event })));
  if (note !== undefined) result.notes.push(note);
}

/** Turns what providers posted into events, marks for the sync and ends of connections. */
async function readDeliveries(
  deps: IngestDeps,
  tx: Tx,
  tenantId: string,
  works: readonly ProviderWork[],
): Promise<void> {
  const told = works.flatMap((of): Happening[] => {
    try {
      const { events, withdrawals } = readDelivery(of.provider, of);
      return [
        ...events.map((event) => ({ of, event, key: event.dedupeKey })),
        ...withdrawals.map((withdrawal) => ({ of, withdrawal, key: withdrawal.dedupeKey })),
      ];
    } catch (error) {
      if (!(error instanceof UnreadableError)) throw error;
      of.result.status = 'failed';
      of.result.notes.push(error.message);
      return [];
    }
  });
  const fresh = await leaveOutKnown(deps, tx, tenantId, told);
  const connectionOf = await connectionsOf(tx, tenantId, fresh);
  const changes: { result: Result; connectionId: string; event: ProviderEvent }[] = [];
  for (const happening of fresh) {
    const { of } = happening;
    const connectionId = connectionOf(happening);
    if (connectionId !== undefined) of.result.connectionIds.add(connectionId);
    if ('event' in happening) {
      of.result.events.push(planHappening(of, of.provider, happening.event, connectionId));
      if (connectionId !== undefined)
        changes.push({ result: of.result, connectionId, event: happening.event });
      else of.result.notes.push('No connection here is known to be the account it is about.');
      continue;
    }
    if (connectionId === undefined) continue;
    const target = {
      tenantId,
      connectionId,
      traceId: traceIdOf(of.row.trace_id),
      at: happening.withdrawal.occurredAt,
    };
    const reason = `Access was withdrawn at ${of.provider.name}. Connect the account again.`;
    const marked = await markWithdrawn(tx, deps, target, reason);
    of.result.notes.push(
      marked ? 'The account withdrew its access.' : 'A withdrawal that changes nothing any more.',
    );
  }
  const syncs = await deps.sync.changed(
    tx,
    tenantId,
    changes.map(({ result, connectionId, event }) => ({
      connectionId,
      resource: event.resource,
      externalId: event.externalId,
      traceId: traceIdOf(result.row.trace_id),
    })),
  );
  for (const [place, syncId] of syncs) changes[place]?.result.syncIds.add(syncId);
}

/** One happening may come in several deliveries: each is told of once, unless somebody asks for it again. */
async function leaveOutKnown(
  deps: IngestDeps,
  tx: Tx,
  tenantId: string,
  told: readonly Happening[],
): Promise<Happening[]> {
  const now = deps.clock.now();
  const seen = new Set<string>();
  const known = (happening: Happening) =>
    happening.of.result.notes.push('Some of what it tells was told before.');
  const firsts: Happening[] = [];
  for (const happening of told) {
    const { row } = happening.of;
    const name = `${row.source_id} ${happening.key} ${row.replay ? row.id : ''}`;
    if (seen.has(name)) known(happening);
    else firsts.push(happening);
    seen.add(name);
  }
  const entering = firsts.filter(({ of }) => !of.row.replay);
  const taken = await enterKeys(
    tx,
    entering.map(({ of, key }) => ({
      tenantId,
      sourceId: of.row.source_id,
      digest: keyDigest('event', key),
      receiptId: of.row.receipt_id,
      expiresAt: new Date(now.getTime() + of.source.dedupe.hours * 3_600_000),
    })),
    now,
  );
  const old = new Set(taken.map(({ place }) => entering[place]));
  for (const happening of old) if (happening !== undefined) known(happening);
  return firsts.filter((happening) => !old.has(happening));
}

/** Finds whose each happening is: the account it names, else that whose secret verified it, else the only one there is. */
async function connectionsOf(
  tx: Tx,
  tenantId: string,
  happenings: readonly Happening[],
): Promise<(happening: Happening) => string | undefined> {
  const accountOf = (one: Happening) => ('event' in one ? one.event.accountId : one.withdrawal.accountId);
  const integrationOf = (one: Happening) => one.of.source.integration_id ?? '';
  const named = happenings.flatMap((one) => {
    const accountId = accountOf(one);
    return accountId === undefined ? [] : [{ integrationId: integrationOf(one), accountId }];
  });
  const found = named.length === 0 ? [] : await readAccountConnections(tx, tenantId, named);
  const byAccount = new Map(found.map((one) => [`${one.integrationId} ${one.accountId}`, one.connectionId]));
  const unnamed = happenings.filter((one) => accountOf(one) === undefined);
  const secretIds = unnamed.flatMap(({ of }) => of.receipt.secret_id ?? []);
  const bySecret = await readSecretAccounts(tx, tenantId, [...new Set(secretIds)]);
  const onlyOne = new Map<string, string | undefined>();
  for (const integrationId of new Set(unnamed.map(integrationOf)))
    onlyOne.set(integrationId, await readOnlyConnection(tx, tenantId, integrationId));
  return (one) => {
    const accountId = accountOf(one);
    if (accountId !== undefined) return byAccount.get(`${integrationOf(one)} ${accountId}`);
    return bySecret.get(one.of.receipt.secret_id ?? '') ?? onlyOne.get(integrationOf(one));
  };
}

/** Appends the events of all receipts at once, each on its own trace. @returns what came of each receipt */
async function appendEvents(
  deps: IngestDeps,
  tx: Tx,
  tenantId: string,
  results: readonly Result[],
): Promise<NewOutcome[]> {
  const events = results.flatMap((result) => result.events);
  const traceId = traceIdOf(results[0]?.row.trace_id ?? newId());
  const stored = await deps.events.append(tx, { tenantId, traceId }, events);
  let next = 0;
  return results.map(({ row, status, notes, events: own, syncIds, connectionIds }) => ({
    receiptId: row.receipt_id,
    id: newId(),
    sourceId: row.source_id,
    status,
    attempts: row.attempts + 1,
    note: notes.length === 0 ? null : [...new Set(notes)].join(' ').slice(0, 1_000),
    eventIds: stored.slice(next, (next += own.length)).map((event) => event.id),
    syncIds: [...syncIds],
    connectionIds: [...connectionIds],
    replay: row.replay,
    replayId: row.replay_id,
    traceId: row.trace_id,
  }));
}
