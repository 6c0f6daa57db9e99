import type {
  createEventType,
  createSharedEventType,
  deleteEventType,
  deleteSharedEventType,
  EventType,
  listEventTypes,
  readEventType,
  updateEventType,
  updateSharedEventType,
} from '@mortise/contract';
import type { Database, Tx } from '@mortise/platform/database';
import {
  bareId,
  etag,
  ifMatch,
  MortiseError,
  notFound,
  publicId,
  Reply,
  storableJson,
  type Creation,
  type Handler,
  type RequestContext,
} from '../kernel/index.ts';
import * as store from './event-type-store.ts';
import { ownEventTypes } from './event-types.ts';
import type { RecordAct } from './record-act.ts';
import { typeReserved } from './publish-errors.ts';
import { sharedTenantId } from './publish-store.ts';
import { checkSchema } from './schema/check-schema.ts';
import { validate } from './schema/validate.ts';

/** Of one tenant. The list is not cut into pages, and publishing keeps what it has read of them. */
const mostTypes = 500;

/**
 * The same handlers serve a tenant's own types and, on routes that act for no tenant, the operator's for all.
 *
 * @param deps.isReserved whether Mortise or a provider raises events of a type
 */
export function eventTypeRoutes(deps: {
  db: Database;
  audit: RecordAct;
  providerEventTypes: readonly { type: string; description: string }[];
  isReserved: (type: string) => boolean;
}) {
  const { db, audit } = deps;
  const run = <T>({ tenantId }: RequestContext, act: (tx: Tx) => Promise<T>) =>
    tenantId === sharedTenantId ? db.engine(act) : db.tenant(tenantId, act);
  /** For one tenant by its own role, so that the wall holds; those for all are read apart. */
  const allRows = async (context: RequestContext) => {
    const own = await run(context, (tx) => store.listTypeRows(tx, context.tenantId));
    if (context.tenantId === sharedTenantId) return own;
    return [...own, ...(await db.engine((tx) => store.listTypeRows(tx, sharedTenantId)))];
  };
  const act = (context: RequestContext, tx: Tx, what: string, row: store.EventTypeRow) =>
    audit(tx, context, {
      action: `event_type.${what}`,
      subject: publicId('eventType', row.id),
      details: { type: row.type },
    });

  const list: Handler<typeof listEventTypes> = async (context) => {
    const rows = await allRows(context);
    const fixed = (origin: 'mortise' | 'provider') => (one: { type: string; description: string }) => ({
      ...one,
      origin,
      id: null,
      archived: false,
    });
    return {
      data: [
        ...ownEventTypes.map(fixed('mortise')),
        ...deps.providerEventTypes.map(fixed('provider')),
        ...rows.map((row) => ({
          type: row.type,
          description: row.description,
          origin: row.tenant_id === sharedTenantId ? ('shared' as const) : ('tenant' as const),
          id: publicId('eventType', row.id),
          archived: row.archived_at !== null,
        })),
      ],
    };
  };

  const create: Creation<typeof createEventType> = async (context, { body }, tx) => {
    if (deps.isReserved(body.type)) throw typeReserved('body', body.type);
    const content = contentOf(body);
    if ((await store.countTypes(tx, context.tenantId)) >= mostTypes)
      throw new MortiseError('unprocessable', {
        detail: `There may be ${mostTypes} types. Delete some that are not used.`,
      });
    const row = await store.insertType(tx, context.tenantId, body.type, content);
    if (row === undefined)
      throw new MortiseError('already_exists', {
        detail: `The type ${body.type} is defined, perhaps in the archive. Change that one.`,
      });
    await act(context, tx, 'created', row);
    return new Reply(store.showEventType(row), etag(row.version));
  };

  const read: Handler<typeof readEventType> = async (context, { params }) => {
    const id = bareId('eventType', params.id);
    const row = (await allRows(context)).find((one) => one.id === id);
    if (row === undefined) throw notFound();
    return new Reply(store.showEventType(row), etag(row.version));
  };

  async function locked(tx: Tx, context: RequestContext, id: string): Promise<store.EventTypeRow> {
    const row = await store.lockType(tx, context.tenantId, bareId('eventType', id));
    if (row === undefined) throw notFound();
    const version = ifMatch(context);
    if (version !== undefined && version !== row.version)
      throw new MortiseError('version_mismatch', { detail: 'Read the type again, then change it.' });
    return row;
  }

  const update: Handler<typeof updateEventType> = (context, { params, body }) =>
    run(context, async (tx) => {
      const before = store.showEventType(await locked(tx, context, params.id));
      const after = { ...before, ...withoutUndefined(body) };
      const content = { ...contentOf(after), archived: after.archived };
      const row = await store.updateType(tx, context.tenantId, bareId('eventType', params.id), content);
      const what = after.archived === before.archived ? 'changed' : after.archived ? 'archived' : 'restored';
      await act(context, tx, what, row);
      return new Reply(store.showEventType(row), etag(row.version));
    });

  const remove: Handler<typeof deleteEventType> = (context, { params }) =>
    run(context, async (tx) => {
      const row = await locked(tx, context, params.id);
      await store.deleteType(tx, context.tenantId, row.id);
      await act(context, tx, 'deleted', row);
      return undefined;
    });

  const shared: Shared = {
    create: (context, input, tx) => create(context, { ...input }, tx),
    update: (context, input) => update(context, { ...input }),
    remove: (context, input) => remove(context, { ...input }),
  };
  return { list, create, read, update, remove, shared };
}

/** The same acts on the routes that act for no tenant. */
interface Shared {
  create: Creation<typeof createSharedEventType>;
  update: Handler<typeof updateSharedEventType>;
  remove: Handler<typeof deleteSharedEventType>;
}

function withoutUndefined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as ReturnType<
    typeof withoutUndefined<T>
  >;
}

/**
 * What is kept of a type, once its schema can be evaluated and its examples fit it.
 *
 * @throws MortiseError unprocessable, place by place
 */
function contentOf(given: Pick<EventType, 'description' | 'schema' | 'examples'>): store.EventTypeContent {
  const { description, schema, examples } = given;
  const wrong = (name: string, issues: { path: string; message: string }[]) => {
    if (issues.length === 0) return;
    throw new MortiseError('unprocessable', {
      detail: `${name}${issues[0]?.path ?? ''} ${issues[0]?.message ?? ''}.`,
      issues: issues.map(({ path, message }) => ({ path: `body.${name}${path}`, message })),
    });
  };
  if (schema !== null) {
    wrong('schema', checkSchema(schema));
    for (const [place, example] of examples.entries()) wrong(`examples.${place}`, validate(schema, example));
  }
  return {
    description,
    schema: schema === null ? null : storableJson(schema),
    examples: storableJson(examples),
  };
}
