import { json, readJson } from '../../kit/emulator/index.ts';
import { failure } from './envelopes.ts';
import { guarded } from './guard.ts';
import { readLinks } from './associations.ts';
import { isWritable, knownType, placed, scopeOf, shape } from './record-shape.ts';
import type { Caller } from './guard.ts';
import type {
  EmulatedRecord,
  EmulatorRequest,
  EmulatorResponse,
  Route,
  World,
} from '../../kit/emulator/index.ts';

const LIST_LIMIT = 100;

/** CRM objects: list, read, create, update, archive, batch read. */
export function objectRoutes(world: World): Route[] {
  type Act = (request: EmulatorRequest, caller: Caller, type: string) => EmulatorResponse;
  const route = (method: string, tail: string, right: 'read' | 'write', act: Act): Route => ({
    method,
    host: 'api',
    path: `/crm/v3/objects/:type${tail}`,
    handler: guarded(
      world,
      { scope: ({ params }) => scopeOf(params['type'] ?? '', right) },
      (request, caller) => {
        const type = request.params['type'] ?? '';
        if (!knownType(type))
          return failure(404, 'OBJECT_NOT_FOUND', `Unable to infer object type from: ${type}`);
        return act(request, caller, type);
      },
    ),
  });

  const list: Act = (request, { accountId }, type) => {
    const limit = Number(request.query.get('limit') ?? 10);
    if (!Number.isInteger(limit) || limit < 1 || limit > LIST_LIMIT)
      return invalid(`limit must be between 1 and ${LIST_LIMIT}`);
    const archived = request.query.get('archived') === 'true';
    const after = request.query.get('after');
    if (after !== null && !/^\d+$/.test(after)) return invalid(`invalid after: ${after}`);
    // The cursor is the last id seen, so that a list which changes while it is read skips nothing.
    // Records stand in the order of their ids.
    const rows: EmulatedRecord[] = [];
    for (const one of world.records.all(accountId, type)) {
      if (rows.length > limit) break;
      if ((one.archivedAt !== undefined) === archived && Number(one.id) > Number(after ?? -1)) rows.push(one);
    }
    const results = rows
      .slice(0, limit)
      .map((one) => shape(one, asked(request), asked(request, 'associations')));
    const last = results.at(-1)?.['id'] as string | undefined;
    if (rows.length <= limit || last === undefined) return json(200, { results });
    const link = new URL(request.url);
    link.searchParams.set('after', last);
    return json(200, { results, paging: { next: { after: last, link: link.href } } });
  };

  const find = (request: EmulatorRequest, accountId: string, type: string): EmulatedRecord | undefined => {
    const id = request.params['id'] ?? '';
    const idProperty = request.query.get('idProperty');
    if (idProperty === null) return world.records.get(accountId, type, id);
    return world.records.all(accountId, type).find((one) => one.fields[idProperty] === id);
  };

  const read: Act = (request, { accountId }, type) => {
    const record = find(request, accountId, type);
    const archived = request.query.get('archived') === 'true';
    if (record === undefined || (record.archivedAt !== undefined) !== archived) return missing();
    return json(200, shape(record, asked(request), asked(request, 'associations')));
  };

  const create: Act = (request, { accountId }, type) => {
    const properties = readProperties(request, type);
    if (!(properties instanceof Map)) return properties;
    const taken = takenBy(accountId, type, properties, undefined);
    if (taken !== undefined) return taken;
    const place = placed(type, Object.fromEntries(properties));
    if (typeof place === 'string') return misplaced(place);
    const links = readLinks(type, readJson(request)?.['associations'], (to, id) => {
      const other = world.records.get(accountId, to, id);
      return other !== undefined && other.archivedAt === undefined;
    });
    if (typeof links === 'string') return invalid(`Invalid associations: ${links}`, 'INVALID_ASSOCIATION');
    const record = world.records.create(accountId, type, { ...place.fields, ...links });
    return json(201, shape(record, [...properties.keys()]));
  };

  const update: Act = (request, { accountId }, type) => {
    const record = find(request, accountId, type);
    if (record === undefined || record.archivedAt !== undefined) return missing();
    const properties = readProperties(request, type);
    if (!(properties instanceof Map)) return properties;
    const taken = takenBy(accountId, type, properties, record.id);
    if (taken !== undefined) return taken;
    const given = Object.fromEntries(properties);
    const place = placed(type, { ...record.fields, ...given });
    if (typeof place === 'string') return misplaced(place);
    const updated = world.records.update(accountId, type, record.id, given);
    return updated === undefined ? missing() : json(200, shape(updated, [...properties.keys()]));
  };

  /** Two contacts cannot share an address; companies may share a domain. */
  const takenBy = (
    accountId: string,
    type: string,
    properties: Map<string, string>,
    own: string | undefined,
  ) => {
    const email = properties.get('email');
    if (type !== 'contacts' || email === undefined || email === '') return undefined;
    const other = world.records
      .all(accountId, type)
      .find(
        (one) =>
          one.archivedAt === undefined &&
          one.id !== own &&
          one.fields['email']?.toLowerCase() === email.toLowerCase(),
      );
    return other === undefined
      ? undefined
      : failure(409, 'CONFLICT', `Contact already exists. Existing ID: ${other.id}`);
  };

  const archive: Act = (request, { accountId }, type) => {
    world.records.archive(accountId, type, request.params['id'] ?? '');
    return { status: 204 };
  };

  const batchRead: Act = (request, { accountId }, type) => {
    const body = readJson(request);
    const inputs = body?.['inputs'];
    if (!Array.isArray(inputs) || inputs.length > LIST_LIMIT)
      return invalid(`inputs must list at most ${LIST_LIMIT} ids`);
    const wanted = Array.isArray(body?.['properties']) ? body['properties'].map(String) : [];
    const ids = inputs.map((one) => String((one as { id?: unknown } | null)?.id));
    const found = ids.map((id) => world.records.get(accountId, type, id));
    const results = found.flatMap((one) =>
      one === undefined || one.archivedAt !== undefined ? [] : [shape(one, wanted)],
    );
    const at = world.now().toISOString();
    const frame = { status: 'COMPLETE', results, startedAt: at, completedAt: at };
    const lost = ids.length - results.length;
    if (lost === 0) return json(200, frame);
    const error = { status: 'error', category: 'OBJECT_NOT_FOUND', message: 'Could not get some objects.' };
    return json(207, { ...frame, numErrors: 1, errors: [error] });
  };

  return [
    route('POST', '/batch/read', 'read', batchRead),
    route('GET', '', 'read', list),
    route('POST', '', 'write', create),
    route('GET', '/:id', 'read', read),
    route('PATCH', '/:id', 'write', update),
    route('DELETE', '/:id', 'write', archive),
  ];
}

function asked(request: EmulatorRequest, name = 'properties'): string[] {
  return request.query
    .getAll(name)
    .flatMap((one) => one.split(','))
    .filter(Boolean);
}

function readProperties(request: EmulatorRequest, type: string): Map<string, string> | EmulatorResponse {
  const given = readJson(request)?.['properties'];
  if (typeof given !== 'object' || given === null)
    return invalid('Invalid input JSON: properties is required');
  const properties = new Map<string, string>();
  for (const [name, value] of Object.entries(given)) {
    if (!isWritable(type, name)) {
      return invalid(
        `Property values were not valid: property "${name}" does not exist or is read only`,
        'PROPERTY_DOESNT_EXIST',
        name,
      );
    }
    if (typeof value !== 'string')
      return invalid(`Property values were not valid: ${name} must be a string`, 'INVALID_STRING', name);
    if (name === 'email' && value !== '' && !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(value)) {
      return invalid(
        `Property values were not valid: Email address ${value} is invalid`,
        'INVALID_EMAIL',
        name,
      );
    }
    properties.set(name, value);
  }
  return properties;
}

function invalid(message: string, code?: string, property?: string): EmulatorResponse {
  const errors =
    code === undefined
      ? {}
      : {
          errors: [
            { message, code, ...(property === undefined ? {} : { context: { propertyName: [property] } }) },
          ],
        };
  return failure(400, 'VALIDATION_ERROR', message, errors);
}

function misplaced(reason: string): EmulatorResponse {
  return invalid(`Property values were not valid: ${reason}`, 'INVALID_OPTION');
}

function missing(): EmulatorResponse {
  return failure(404, 'OBJECT_NOT_FOUND', 'Object not found. objectId are usually numeric.');
}
