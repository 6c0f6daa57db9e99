import type { Page, Resource } from '@mortise/providers/kit';
import type { OpenConnection } from '../connections/caller.ts';
import type { Clock } from '../kernel/index.ts';
import type { Place } from './checkpoint.ts';
import { preparePage, type PreparedPage } from './prepare-page.ts';
import { guessedProviderTime, providerTime } from './safe-watermark.ts';
import { nextPlace, pageAt, requestAt, type ReadingPlace } from './walk.ts';

/** A page of the listing of what was deleted. */
export interface PreparedDeletions {
  deletions: { externalId: string; at: Date | undefined }[];
}

/** A page fetched and read, ready to be committed. */
export type ReadyPage = {
  next: Place;
  /** How many records the provider said there are. */
  total: number | undefined;
  /** Provider time at which the page was read. */
  at: Date;
} & ({ kind: 'records'; records: PreparedPage } | { kind: 'deletions'; records: PreparedDeletions });

/**
 * Fetches one page and reads it, with no transaction open. All the work on its contents is done here, so that it
 * runs while the database commits the page before.
 */
export async function readPage(
  deps: { connection: OpenConnection; resource: Resource; clock: Clock; sweep: boolean },
  place: ReadingPlace,
  signal: AbortSignal,
): Promise<ReadyPage> {
  const { connection, resource, clock, sweep } = deps;
  const sentAt = performance.now();
  const response = await connection.call(requestAt(resource, place), { signal });
  const at = providerTime(response.headers, performance.now() - sentAt) ?? guessedProviderTime(clock.now());
  const page = pageAt(resource, place, response);
  const about = { next: nextPlace(resource, place, page, sweep), total: page.total, at };
  if (place.phase === 'deleted')
    return { ...about, kind: 'deletions', records: prepareDeletions(resource, page) };
  return { ...about, kind: 'records', records: preparePage(resource, page) };
}

/** Reads ids and nothing more: of what is gone, the rest need not fit any schema. */
function prepareDeletions(resource: Resource, page: Page): PreparedDeletions {
  const deletions = new Map<string, Date | undefined>();
  for (const raw of page.records) {
    try {
      const parsed = resource.schema.safeParse(raw);
      const id: unknown = resource.idOf(parsed.success ? parsed.data : raw);
      if (typeof id === 'string' && id !== '') deletions.set(id, resource.deleted?.deletedAtOf?.(raw));
    } catch {
      // Without an id there is nothing to delete by.
    }
  }
  return { deletions: [...deletions].map(([externalId, at]) => ({ externalId, at })) };
}
