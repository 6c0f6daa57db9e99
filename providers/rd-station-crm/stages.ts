import { z } from 'zod';
import { readPath, resource } from '../kit/index.ts';
import { PAGE_SIZE, plainList, readPlainPage } from './pages.ts';
import type { HttpResponse, ListArgs, Page } from '../kit/index.ts';

const shape = z.looseObject({
  id: z.string().min(1),
  name: z.string().nullish(),
  pipeline_id: z.string().nullish(),
});

/** Where a walk over all stages stands: first the pipelines are read, then the stages of each in `ids`. */
interface Walk {
  phase: 'pipelines' | 'stages';
  page: string;
  ids: string[];
}

const START: Walk = { phase: 'pipelines', page: '1', ids: [] };

/** The steps of each pipeline. They are listed under their pipeline alone. */
export const stages = resource<z.infer<typeof shape>>({
  name: 'stages',
  label: 'Stages',
  eventPrefix: 'stage',
  schema: shape,
  idOf: (raw) => raw.id,
  display: ({ id, name }) => ({ title: name || `Stage ${id}` }),
  fieldsOf: (raw) => ({ name: raw.name ?? null, pipeline_id: raw.pipeline_id ?? null }),
  fields: [
    { name: 'name', label: 'Name', type: 'string', writable: false },
    { name: 'pipeline_id', label: 'Pipeline', type: 'string', writable: false },
  ],
  pageSize: PAGE_SIZE,
  list: ({ cursor, limit }) => {
    const { phase, page, ids } = read(cursor);
    const under = phase === 'pipelines' ? '' : `/${encodeURIComponent(ids[0] ?? '')}/stages`;
    return plainList(`api:/crm/v2/pipelines${under}`, { cursor: page, limit });
  },
  readPage,
});

function readPage(response: HttpResponse, args?: ListArgs): Page {
  if (args === undefined) throw new TypeError('a page of stages is read with what it was asked by');
  const walk = read(args.cursor);
  const { records, next } = readPlainPage(response);
  if (walk.phase === 'pipelines') {
    const found = records.map((raw) => readPath(raw, 'id')).filter((id) => typeof id === 'string');
    const ids = [...walk.ids, ...found];
    if (next !== undefined) return { records: [], next: write({ ...walk, page: next, ids }) };
    return ids.length === 0
      ? { records: [] }
      : { records: [], next: write({ phase: 'stages', page: '1', ids }) };
  }
  const [pipeline_id, ...others] = walk.ids;
  const told = records.map((raw) => ({ ...z.looseObject({}).parse(raw), pipeline_id }));
  if (next !== undefined) return { records: told, next: write({ ...walk, page: next }) };
  return others.length === 0
    ? { records: told }
    : { records: told, next: write({ ...walk, page: '1', ids: others }) };
}

function write(walk: Walk): string {
  return JSON.stringify(walk);
}

function read(cursor: string | undefined): Walk {
  return cursor === undefined ? START : (JSON.parse(cursor) as Walk);
}
