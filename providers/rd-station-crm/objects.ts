import { z } from 'zod';
import { readPath, resource } from '../kit/index.ts';
import {
  CLOCK_DOUBT_MS,
  PAGE_SIZE,
  plainList,
  readPlainPage,
  readWindowedPage,
  windowedList,
} from './pages.ts';
import type { FieldSpec, FieldValues, HttpResponse, Resource } from '../kit/index.ts';

const moment = z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'not a time');

const record = z.looseObject({
  id: z.string().min(1),
  created_at: moment.nullish(),
  updated_at: moment.nullish(),
});

export type CrmRecord = z.infer<typeof record>;

/** A field, and where its value is not simply the record's property of that name, how it is read and written. */
export interface CrmField extends FieldSpec {
  readAs?: (raw: CrmRecord) => unknown;
  writeAs?: (value: unknown) => unknown;
}

/**
 * A kind of record. All share one API: bodies and answers in `data`, a PUT changes only what it is sent
 * (unconfirmed). They differ in path and fields, and in whether they can be filtered by their times.
 */
export function objects(options: {
  name: string;
  label: string;
  eventPrefix: string;
  fields: readonly CrmField[];
  /** Filtered by created_at and updated_at and sorted by the former: contacts, organisations, deals. */
  timed?: boolean;
  /** Only read. */
  catalogue?: boolean;
  subtitle?: (raw: CrmRecord) => unknown;
}): Resource {
  const { name, fields, timed = false } = options;
  const path = `api:/crm/v2/${name}`;
  const at = (id: string): string => `${path}/${encodeURIComponent(id)}`;
  const read = (response: HttpResponse): unknown => readPath(response.json(), 'data');
  const data = (given: FieldValues) => ({
    data: Object.fromEntries(
      fields.flatMap((field) => {
        if (!field.writable || !Object.hasOwn(given, field.name)) return [];
        return [[field.name, field.writeAs?.(given[field.name]) ?? given[field.name]]];
      }),
    ),
  });
  const base: Resource<CrmRecord> = {
    name,
    label: options.label,
    eventPrefix: options.eventPrefix,
    schema: record,
    idOf: (raw) => raw.id,
    ...(timed ? { updatedAtOf: (raw) => (raw.updated_at ? new Date(raw.updated_at) : undefined) } : {}),
    display: (raw) => {
      const [title] = ['name', 'label', 'email', 'slug'].map((key) => raw[key]).filter(isText);
      const subtitle = options.subtitle?.(raw);
      return { title: title ?? `${options.label} ${raw.id}`, ...(isText(subtitle) ? { subtitle } : {}) };
    },
    fieldsOf: (raw) =>
      Object.fromEntries(
        fields.map((field) => [field.name, (field.readAs ? field.readAs(raw) : raw[field.name]) ?? null]),
      ),
    fields: fields.map(({ readAs: _read, writeAs: _write, ...field }) => field),
    pageSize: PAGE_SIZE,
    list: (args) => (timed ? windowedList(path, args) : plainList(path, args)),
    readPage: timed ? readWindowedPage : readPlainPage,
    get: { request: (id) => ({ method: 'GET', url: at(id) }), read },
  };
  if (options.catalogue === true) return resource(base);
  return resource<CrmRecord>({
    ...base,
    ...(timed
      ? {
          incremental: {
            lookBackMs: CLOCK_DOUBT_MS,
            request: ({ since, until: _open, ...args }) =>
              windowedList(path, { ...args, changedSince: since }),
          },
        }
      : {}),
    create: { request: (given) => ({ method: 'POST', url: path, json: data(given) }), read },
    update: { request: (id, given) => ({ method: 'PUT', url: at(id), json: data(given) }), read },
    delete: { request: (id) => ({ method: 'DELETE', url: at(id) }) },
  });
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
