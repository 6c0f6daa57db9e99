import { z } from 'zod';
import { readPath, resource } from '../kit/index.ts';
import type { HttpRequestSpec, HttpResponse, ListArgs, Page } from '../kit/index.ts';

/** How many stand on a page at most is not published: pages are read until one is empty. */
export const PAGE_SIZE = 100;

const shape = z.looseObject({
  id: z.union([z.number(), z.string().min(1)]),
  name: z.string(),
  standard: z.boolean().nullish(),
  process_status: z.string().nullish(),
  created_at: z.string().nullish(),
  updated_at: z.string().nullish(),
});

export type Segmentation = z.infer<typeof shape>;

export function listSegmentations(page: string, limit: number): HttpRequestSpec {
  return {
    method: 'GET',
    url: 'api:/platform/segmentations',
    budget: 'segmentations',
    query: { page, page_size: Math.min(limit, PAGE_SIZE) },
  };
}

export function readSegmentations(response: HttpResponse): unknown[] {
  const records = readPath(response.json(), 'segmentations');
  if (!Array.isArray(records)) throw new SyntaxError('no list of segmentations in the answer');
  return records;
}

/** A segmentation of a raw row. Throws ZodError. */
export function parseSegmentation(raw: unknown): Segmentation {
  return shape.parse(raw);
}

/** The page after this one; an answer does not say which it is. */
function readPage(response: HttpResponse, args?: ListArgs): Page {
  if (args === undefined) throw new TypeError('a page of segmentations is read with what it was asked by');
  const records = readSegmentations(response);
  return records.length === 0 ? { records } : { records, next: String(Number(args.cursor ?? '1') + 1) };
}

/** Saved filters over the contacts. */
export const segmentations = resource<Segmentation>({
  name: 'segmentations',
  label: 'Segmentations',
  eventPrefix: 'segmentation',
  schema: shape,
  idOf: (raw) => String(raw.id),
  display: ({ id, name, process_status }) => ({
    title: name || `Segmentation ${id}`,
    ...(process_status ? { subtitle: process_status } : {}),
  }),
  fieldsOf: (raw) => ({
    name: raw.name,
    standard: raw.standard ?? null,
    process_status: raw.process_status ?? null,
    created_at: raw.created_at ?? null,
  }),
  fields: [
    { name: 'name', label: 'Name', type: 'string', writable: false },
    { name: 'standard', label: 'Standard', type: 'boolean', writable: false },
    { name: 'process_status', label: 'Status', type: 'enum', writable: false },
    { name: 'created_at', label: 'Created', type: 'datetime', writable: false },
  ],
  pageSize: PAGE_SIZE,
  list: (args) => listSegmentations(args.cursor ?? '1', args.limit),
  readPage,
});
