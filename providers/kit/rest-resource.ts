import { z } from 'zod';
import { readPath } from './pagination.ts';
import type {
  FieldSpec,
  FieldValues,
  HttpRequestSpec,
  HttpResponse,
  Incremental,
  ListArgs,
  Page,
  Resource,
} from './types.ts';

type Raw = Record<string, unknown>;

export interface RestResourceOptions {
  name: string;
  label: string;
  eventPrefix: string;
  /** The list; one record is at `/<id>` below it. */
  url: string;
  /** By the names they have in the record. */
  fields: readonly FieldSpec[];
  /** Dotted paths in a record. */
  id?: string;
  updatedAt?: string;
  title: string;
  subtitle?: string;
  pageSize: number;
  /** The list's parameters: names for the page's size, its place, and the change time from which it runs. */
  params: { limit?: string; cursor: string; since?: string };
  /** Reads a page: `cursor('next_cursor', 'data')`, or another of the kit's. */
  readPage: (response: HttpResponse, args?: ListArgs) => Page;
  /** Where the answer about one record holds it, as a dotted path; the whole body when absent. */
  record?: string;
  /** What can be done besides reading. */
  writes?: { create?: boolean; update?: 'PATCH' | 'PUT'; delete?: boolean };
  /** How far before the checkpoint a run starts. Default: a minute. */
  lookBackMs?: number;
  /** What deviates from: ordered by change time, oldest first, with a cursor that no change disturbs. */
  incremental?: Partial<Incremental>;
}

const JSON_TYPES: Partial<Record<FieldSpec['type'], string>> = { number: 'number', boolean: 'boolean' };

/**
 * A resource as most REST APIs have it: a list with pages, a record below it by id, fields flat in the record. It can
 * be read by change time where `params.since` names the parameter for it. A record must have an id, and a field that
 * is there the type it was declared with; what else it has is kept.
 */
export function restResource(options: RestResourceOptions): Resource {
  const { name, label, eventPrefix, url, fields, pageSize, params, readPage, writes = {} } = options;
  const told = fields.filter((field) => field.writeOnly !== true);
  const at = (raw: Raw, path: string | undefined) =>
    path === undefined ? undefined : text(readPath(raw, path));
  const idOf = (raw: Raw): string => at(raw, options.id ?? 'id') ?? '';
  const updatedAtOf = (raw: Raw): Date | undefined => {
    const time = new Date(at(raw, options.updatedAt) ?? Number.NaN);
    return Number.isNaN(time.getTime()) ? undefined : time;
  };
  const one = (id: string): string => `${url}/${encodeURIComponent(id)}`;
  const read = (response: HttpResponse): unknown =>
    options.record === undefined ? response.json() : readPath(response.json(), options.record);
  const page = ({ limit, cursor }: ListArgs, more: Record<string, string> = {}): HttpRequestSpec => ({
    method: 'GET',
    url,
    query: {
      ...(params.limit === undefined ? {} : { [params.limit]: limit }),
      ...more,
      [params.cursor]: cursor,
    },
  });
  const writable = (values: FieldValues): Raw =>
    Object.fromEntries(
      fields
        .filter((field) => field.writable && field.name in values)
        .map((field) => [field.name, values[field.name]]),
    );

  const schema = z.record(z.string(), z.unknown()).superRefine((raw, context) => {
    if (idOf(raw) === '')
      context.addIssue({ code: 'custom', path: [options.id ?? 'id'], message: 'there is no id' });
    for (const field of told) {
      const value = raw[field.name];
      const type = JSON_TYPES[field.type] ?? 'string';
      if (value == null || field.type === 'json' || typeof value === type) continue;
      context.addIssue({ code: 'custom', path: [field.name], message: `expected ${type}` });
    }
  });

  const { since } = params;
  const definition: Resource<Raw> = {
    name,
    label,
    eventPrefix,
    schema,
    idOf,
    ...(options.updatedAt === undefined ? {} : { updatedAtOf }),
    display: (raw) => {
      const subtitle = at(raw, options.subtitle);
      return {
        title: at(raw, options.title) ?? `${label} ${idOf(raw)}`,
        ...(subtitle === undefined ? {} : { subtitle }),
      };
    },
    fieldsOf: (raw) => Object.fromEntries(told.map((field) => [field.name, raw[field.name] ?? null])),
    fields,
    pageSize,
    list: (args) => page(args),
    readPage,
    ...(since === undefined
      ? {}
      : {
          incremental: {
            request: (args) => page(args, { [since]: args.since.toISOString() }),
            lookBackMs: options.lookBackMs ?? 60_000,
            ...options.incremental,
          },
        }),
    get: { request: (id) => ({ method: 'GET', url: one(id) }), read },
    ...(writes.create === true
      ? { create: { request: (values) => ({ method: 'POST', url, json: writable(values) }), read } }
      : {}),
    ...(writes.update === undefined ? {} : { update: updateBy(writes.update, one, writable, read) }),
    ...(writes.delete === true
      ? { delete: { request: (id: string) => ({ method: 'DELETE' as const, url: one(id) }) } }
      : {}),
  };
  return definition;
}

function updateBy(
  method: 'PATCH' | 'PUT',
  one: (id: string) => string,
  writable: (values: FieldValues) => Raw,
  read: (response: HttpResponse) => unknown,
): NonNullable<Resource['update']> {
  return { request: (id, values) => ({ method, url: one(id), json: writable(values) }), read };
}

function text(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
