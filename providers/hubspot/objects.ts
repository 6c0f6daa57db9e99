import { z } from 'zod';
import { cursor, resource } from '../kit/index.ts';
import type { FieldSpec, FieldValues, HttpRequestSpec, HttpResponse, Resource } from '../kit/index.ts';

const LIST_LIMIT = 100;
const SEARCH_LIMIT = 200;

const record = z.object({
  id: z.string().regex(/^\d+$/),
  properties: z.record(z.string(), z.string().nullable()),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  archived: z.boolean().optional(),
  archivedAt: z.iso.datetime().optional(),
});

export type HubSpotRecord = z.infer<typeof record>;

/** A link that a new record can be given: the field that names the other record, and HubSpot's own type of link. */
interface Association {
  field: string;
  label: string;
  typeId: number;
}

/**
 * A CRM object type as a resource. All types share one API; they differ in name, properties, in what the
 * property of the last change is called, and in what a new record can be associated with. Associations are written
 * and not read: a search does not tell them, so a record would differ by the way it was found.
 */
export function objects(options: {
  type: string;
  label: string;
  eventPrefix: string;
  modifiedProperty: string;
  fields: readonly FieldSpec[];
  associations?: readonly Association[];
  display: Resource<HubSpotRecord>['display'];
}): Resource {
  const { associations = [] } = options;
  const path = `api:/crm/v3/objects/${options.type}`;
  const names = options.fields.map((field) => field.name);
  const properties = [...names, options.modifiedProperty];
  const at = (id: string): string => `${path}/${encodeURIComponent(id)}`;
  const read = (response: HttpResponse): unknown => response.json();
  const own = (fields: FieldValues): FieldValues =>
    Object.fromEntries(
      Object.entries(fields).filter(([name]) => !associations.some(({ field }) => field === name)),
    );
  const list =
    (archived: boolean) =>
    (args: { cursor?: string; limit: number }): HttpRequestSpec => ({
      method: 'GET',
      url: path,
      query: {
        limit: Math.min(args.limit, LIST_LIMIT),
        after: args.cursor,
        properties: properties.join(','),
        archived,
      },
    });

  const search = (filters: readonly Filter[], sort: string, args: { cursor?: string; limit: number }) => ({
    method: 'POST' as const,
    url: `${path}/search`,
    budget: 'search',
    idempotent: true,
    json: {
      filterGroups: [{ filters }],
      sorts: [{ propertyName: sort, direction: 'ASCENDING' }],
      properties,
      limit: Math.min(args.limit, SEARCH_LIMIT),
      // The schema wants `after` always; "0" is the first page.
      after: args.cursor ?? '0',
    },
  });

  return resource<HubSpotRecord>({
    name: options.type,
    label: options.label,
    eventPrefix: options.eventPrefix,
    schema: record,
    idOf: (raw) => raw.id,
    updatedAtOf: (raw) => new Date(raw.updatedAt),
    display: options.display,
    fieldsOf: (raw) => Object.fromEntries(names.map((name) => [name, raw.properties[name] ?? null])),
    fields: [
      ...options.fields,
      ...associations.map(({ field: name, label }): FieldSpec => ({
        name,
        label,
        type: 'string',
        writable: true,
        writeOnly: true,
      })),
    ],
    pageSize: LIST_LIMIT,
    list: list(false),
    readPage: cursor('paging.next.after'),

    incremental: {
      pageSize: SEARCH_LIMIT,
      // A search ends at 10,000 results (unconfirmed), and its `after` is an offset into a list that moves while
      // records change; a window per page meets neither.
      maxResults: 10_000,
      movingOffset: true,
      // The search index lags behind writes by seconds (unconfirmed how many).
      lookBackMs: 60_000,
      request: ({ since, until, ...args }) =>
        search(
          [
            { propertyName: options.modifiedProperty, operator: 'GTE', value: String(since.getTime()) },
            ...(until === undefined
              ? []
              : [
                  {
                    propertyName: options.modifiedProperty,
                    operator: 'LTE' as const,
                    value: String(until.getTime()),
                  },
                ]),
          ],
          options.modifiedProperty,
          args,
        ),
      ties: ({ at: time, afterId, ...args }) =>
        search(
          [
            { propertyName: options.modifiedProperty, operator: 'EQ', value: String(time.getTime()) },
            ...(afterId === undefined
              ? []
              : [{ propertyName: 'hs_object_id', operator: 'GT' as const, value: afterId }]),
          ],
          'hs_object_id',
          args,
        ),
    },

    deleted: {
      list: list(true),
      deletedAtOf: (raw) => {
        const parsed = record.safeParse(raw);
        return parsed.data?.archivedAt === undefined ? undefined : new Date(parsed.data.archivedAt);
      },
    },

    get: {
      request: (id) => ({ method: 'GET', url: at(id), query: { properties: properties.join(',') } }),
      read,
    },
    create: {
      // The schema over-marks `associations` as required.
      request: (fields) => ({
        method: 'POST',
        url: path,
        json: {
          properties: texts(own(fields)),
          associations: associations.flatMap((one) => link(one, fields)),
        },
      }),
      read,
    },
    update: {
      request: (id, fields) => ({
        method: 'PATCH',
        url: at(id),
        // Setting properties to given values twice is the same as once.
        idempotent: true,
        // Associations have an API of their own: those of a record that exists stay as they are.
        json: { properties: texts(own(fields)) },
      }),
      read,
    },
    // Archives: the record can be restored in HubSpot for a while and is then purged.
    delete: { request: (id) => ({ method: 'DELETE', url: at(id) }) },
  });
}

interface Filter {
  propertyName: string;
  operator: 'GTE' | 'LTE' | 'EQ' | 'GT';
  value: string;
}

function link({ field, typeId: associationTypeId }: Association, fields: FieldValues): unknown[] {
  const id = fields[field];
  if (typeof id !== 'string' || id === '') return [];
  const types = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId }];
  return [{ to: { id }, types }];
}

/** Every property's value is a text at HubSpot; the empty one clears it. */
function texts(fields: FieldValues): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      if (value === null || value === undefined) return [name, ''];
      if (value instanceof Date) return [name, value.toISOString()];
      return [name, typeof value === 'string' ? value : JSON.stringify(value)];
    }),
  );
}
