import { readPath } from '../kit/index.ts';
import { listSegmentations, PAGE_SIZE, parseSegmentation, readSegmentations } from './segmentations.ts';
import type { HttpRequestSpec, HttpResponse, ListArgs, Page } from '../kit/index.ts';

/**
 * Where a walk over all contacts stands. There is no list of them: first the segmentations are read, then the
 * contacts of each in `ids`, page by page. Standard ones, which every account has, are enough where there are any
 * (unconfirmed that everybody is in one of them); otherwise all are walked, and who is in none is not seen.
 */
type Walk =
  | { phase: 'segmentations'; page: number; standard: string[]; others: string[] }
  | { phase: 'contacts'; page: number; ids: string[] };

const START: Walk = { phase: 'segmentations', page: 1, standard: [], others: [] };

/** The request of a page. */
export function listContacts(args: ListArgs): HttpRequestSpec {
  const walk = read(args.cursor);
  if (walk.phase === 'segmentations') return listSegmentations(String(walk.page), PAGE_SIZE);
  return {
    method: 'GET',
    url: `api:/platform/segmentations/${encodeURIComponent(walk.ids[0] ?? '')}/contacts`,
    budget: 'segmentations',
    query: { page: walk.page, page_size: Math.min(args.limit, PAGE_SIZE) },
  };
}

/** A page and what comes after it, which the answer alone does not tell. Pages go on until one is empty. */
export function readContacts(response: HttpResponse, args?: ListArgs): Page {
  if (args === undefined) throw new TypeError('a page of contacts is read with what it was asked by');
  const walk = read(args.cursor);
  if (walk.phase === 'segmentations') return afterSegmentations(walk, readSegmentations(response));
  const records = readPath(response.json(), 'contacts');
  if (!Array.isArray(records)) throw new SyntaxError('no list of contacts in the answer');
  if (records.length > 0) return { records, next: write({ ...walk, page: walk.page + 1 }) };
  const ids = walk.ids.slice(1);
  return ids.length === 0 ? { records } : { records, next: write({ ...walk, ids, page: 1 }) };
}

function afterSegmentations(walk: Extract<Walk, { phase: 'segmentations' }>, rows: readonly unknown[]): Page {
  const found = rows.map(parseSegmentation);
  const idsOf = (standard: boolean): string[] =>
    found.filter((one) => (one.standard === true) === standard).map((one) => String(one.id));
  const standard = [...walk.standard, ...idsOf(true)];
  const others = [...walk.others, ...idsOf(false)];
  if (rows.length > 0)
    return { records: [], next: write({ ...walk, page: walk.page + 1, standard, others }) };
  const ids = standard.length > 0 ? standard : others;
  // Taken for an account without contacts, this would delete all that are stored.
  if (ids.length === 0) throw new SyntaxError('the account shows no segmentation to read contacts from');
  return { records: [], next: write({ phase: 'contacts', page: 1, ids }) };
}

function write(walk: Walk): string {
  return JSON.stringify(walk);
}

function read(cursor: string | undefined): Walk {
  return cursor === undefined ? START : (JSON.parse(cursor) as Walk);
}
