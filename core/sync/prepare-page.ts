import { hash as digest } from 'node:crypto';
import type { Page, Resource } from '@mortise/providers/kit';
import { storableText } from '../kernel/index.ts';
import { canonicalStorableJson } from './canonical-storable-json.ts';

/** A record as it would be stored. */
export interface Candidate {
  externalId: string;
  title: string;
  subtitle: string | null;
  fields: Record<string, unknown>;
  /** The fields as canonical JSON. */
  json: string;
  hash: Buffer;
}

/** A record that could not be read, and why. */
export interface Aside {
  /** The external id, or a hash of the raw record where that could not be read. */
  key: string;
  externalId: string | null;
  reason: string;
  raw: string;
}

export interface PreparedPage {
  /** How many records the provider gave. */
  fetched: number;
  /** No external id twice: of two, the later one. */
  candidates: Candidate[];
  aside: Aside[];
  /** The greatest change time on the page. */
  newestAt: Date | undefined;
}

/**
 * Reads a page's records. Pure. What does not fit the schema is set aside and stops nothing.
 *
 * A record is what its resource names as fields, with title and subtitle, and so is the hash: a change time that
 * moves alone, or whatever else the provider sends along, is no change, since a reader would be told of a change and
 * find none.
 */
export function preparePage(resource: Resource, page: Page): PreparedPage {
  const candidates = new Map<string, Candidate>();
  const aside = new Map<string, Aside>();
  let newest = -Infinity;
  for (const raw of page.records) {
    const parsed = resource.schema.safeParse(raw);
    try {
      if (!parsed.success) throw new TypeError(describeIssues(parsed.error.issues));
      const candidate = readRecord(resource, parsed.data);
      candidates.set(candidate.externalId, candidate);
      aside.delete(candidate.externalId);
      const at = resource.updatedAtOf?.(parsed.data)?.getTime();
      if (at !== undefined && at > newest) newest = at;
    } catch (error) {
      const record = setAside(resource, raw, error instanceof Error ? error.message : String(error));
      aside.set(record.key, record);
      candidates.delete(record.key);
    }
  }
  return {
    fetched: page.records.length,
    candidates: [...candidates.values()],
    aside: [...aside.values()],
    newestAt: newest === -Infinity ? undefined : new Date(newest),
  };
}

function readRecord(resource: Resource, record: unknown): Candidate {
  const externalId = resource.idOf(record);
  if (!isUsableId(externalId)) throw new TypeError('it has no usable id');
  const { title, subtitle } = resource.display(record);
  const fields = resource.fieldsOf(record);
  const json = canonicalStorableJson(fields);
  const shown = {
    title: storableText(title),
    subtitle: subtitle === undefined ? null : storableText(subtitle),
  };
  return { externalId, ...shown, fields, json, hash: recordHash(shown.title, shown.subtitle, json) };
}

/** What change detection compares: SHA-256 over title, subtitle and fields, which no order of keys changes. */
export function recordHash(title: string, subtitle: string | null, json: string): Buffer {
  // JSON text holds no raw NUL, nor do stored titles: the parts cannot run into one another.
  return digest('sha256', `${title}\0${subtitle === null ? '' : `=${subtitle}`}\0${json}`, 'buffer');
}

function setAside(resource: Resource, raw: unknown, reason: string): Aside {
  const text = canonicalStorableJson(raw);
  let externalId: string | null = null;
  try {
    const id: unknown = resource.idOf(raw);
    if (isUsableId(id)) externalId = id;
  } catch {
    // No id, then: the hash of the record stands in for it.
  }
  const key = externalId ?? `sha256:${digest('sha256', text, 'hex')}`;
  return { key, externalId, reason: storableText(reason).slice(0, 1_000), raw: text };
}

function isUsableId(id: unknown): id is string {
  return typeof id === 'string' && id !== '' && id.length <= 500 && storableText(id) === id;
}

function describeIssues(issues: readonly { path: PropertyKey[]; message: string }[]): string {
  return issues
    .slice(0, 5)
    .map(({ path, message }) => (path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`))
    .join('; ');
}
