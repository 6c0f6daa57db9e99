import type { Candidate } from './prepare-page.ts';
import { canonicalStorableJson } from './canonical-storable-json.ts';

/** What is held of a candidate that differs from it; `id` is null when nothing is. */
export interface Held {
  /** Which candidate, from 0. */
  place: number;
  id: string | null;
  deleted: boolean;
  data: Record<string, unknown> | null;
}

/** A record to be written, and what happened to it. */
export interface Change {
  kind: 'created' | 'updated' | 'restored';
  id: string;
  candidate: Candidate;
  /** With kind updated: the fields whose values differ. */
  changed: string[];
}

export interface PageVerdict {
  changes: Change[];
  created: number;
  updated: number;
  restored: number;
  unchanged: number;
}

/**
 * What a page changes, given what is held of those candidates that are new or differ. Pure but for the new ids.
 *
 * @param differing one entry a candidate that is not held, is held as deleted, or has another hash
 * @param newId makes the bare id of a record met for the first time
 */
export function judgePage(
  candidates: readonly Candidate[],
  differing: readonly Held[],
  newId: () => string,
): PageVerdict {
  const verdict: PageVerdict = { changes: [], created: 0, updated: 0, restored: 0, unchanged: 0 };
  for (const held of differing) {
    const candidate = candidates[held.place];
    if (candidate === undefined) throw new RangeError(`the page has no record ${held.place}`);
    if (held.id === null) {
      verdict.created += 1;
      verdict.changes.push({ kind: 'created', id: newId(), candidate, changed: [] });
    } else if (held.deleted) {
      verdict.restored += 1;
      verdict.changes.push({ kind: 'restored', id: held.id, candidate, changed: [] });
    } else {
      verdict.updated += 1;
      const changed = changedFields(held.data ?? {}, candidate.fields);
      verdict.changes.push({ kind: 'updated', id: held.id, candidate, changed });
    }
  }
  verdict.unchanged = candidates.length - verdict.changes.length;
  return verdict;
}

/** The names, sorted, of the fields whose values differ as JSON. */
function changedFields(before: Record<string, unknown>, after: Record<string, unknown>): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter(
      (name) =>
        canonicalStorableJson({ value: before[name] }) !== canonicalStorableJson({ value: after[name] }),
    )
    .toSorted();
}
