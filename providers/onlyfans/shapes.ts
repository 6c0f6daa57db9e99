import { z } from 'zod';
import { readPath } from '../kit/index.ts';
import type { HttpResponse } from '../kit/index.ts';

/** OnlyFans' ids: numbers, or texts where the gateway makes them so. */
export const idShape = z.union([z.string().min(1), z.number().int()]);

/** Whose a record is. The gateway's answers do not tell it: the walk that asked writes it in. */
export const ofCreator = z.object({ _creator: z.string().startsWith('acct_') });

export const personShape = z.object({
  id: idShape,
  name: z.string().nullish(),
  username: z.string().nullish(),
});

/** An id that is unique over a team's creators. */
export function joined(...parts: readonly (string | number)[]): string {
  return parts.join(':');
}

/**
 * The rows of a list. Some lists are `data`, others `data.list`. Throws SyntaxError for an answer that holds none:
 * read as an empty list, it would make everything look deleted.
 */
export function rowsOf(response: HttpResponse): unknown[] {
  const data = readPath(response.json(), 'data');
  const rows = Array.isArray(data) ? (data as unknown[]) : readPath(data, 'list');
  if (!Array.isArray(rows)) throw new SyntaxError('the answer holds no list');
  return rows;
}

/** The parameters of the next page, out of its address, which is never followed itself; undefined on the last. */
export function nextQueryOf(response: HttpResponse): Record<string, string> | undefined {
  const next = readPath(response.json(), '_pagination.next_page');
  if (typeof next !== 'string' || next === '') return undefined;
  return Object.fromEntries(new URL(next, 'https://gateway.invalid').searchParams);
}

/** The creators' ids of an accounts answer, in order; whoami and this list wear no envelope (or, once, `data`). */
export function accountsOf(response: HttpResponse): unknown[] {
  const body = response.json();
  const rows = Array.isArray(body) ? (body as unknown[]) : readPath(body, 'data');
  if (!Array.isArray(rows)) throw new SyntaxError('the answer holds no accounts');
  return rows;
}

/** A record with what it stands under written in. */
export function under(raw: unknown, place: Readonly<Record<string, string>>): unknown {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw) ? { ...raw, ...place } : raw;
}

/** A value that may be missing. */
export function known<T>(value: T | undefined): T | null {
  return value ?? null;
}
