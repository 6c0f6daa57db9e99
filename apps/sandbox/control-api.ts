/**
 * The control API, for the control page and for tests. JSON both ways; changes need `content-type:
 * application/json` (or DELETE), which no page of another origin can send unasked.
 *
 *   GET    /_control                                  every emulator: accounts, collections, client, target, faults; sinks
 *   GET    /_control/providers/:id/records            ?account&collection[&q][&offset][&limit][&archived=true] -> {total, records}
 *   POST   /_control/providers/:id/records            {account, collection, fields} -> 201 record
 *   GET    /_control/providers/:id/records/:record    ?account&collection -> record
 *   PATCH  /_control/providers/:id/records/:record    {account, collection, fields} -> record
 *   DELETE /_control/providers/:id/records/:record    ?account&collection: archives -> record
 *   GET    /_control/providers/:id/tokens             grants with masked tokens
 *   POST   /_control/providers/:id/tokens/expire      {grantId?}: access tokens expire now -> {expired}
 *   POST   /_control/providers/:id/tokens/revoke      {grantId}: the whole grant ends, as by an uninstallation
 *   GET | POST | DELETE /_control/providers/:id/faults   {kind, times, path?, retryAfter?, delayMs?}
 *   PUT | DELETE /_control/providers/:id/webhook-target  {url}: where its webhooks go
 *   GET    /_control/providers/:id/webhooks           what was sent, newest first
 *   POST   /_control/providers/:id/webhooks/:n/resend
 *   GET | DELETE /_control/providers/:id/requests     the last 500 requests, newest first
 *   POST   /_control/reset                            every emulator back to its seed, sinks emptied
 *   GET    /_control/sinks                            names, counts, answers
 *   GET    /_control/sinks/:name                      ?after=<id> -> [{id, at, method, path, headers, body (base64)}]
 *   PUT    /_control/sinks/:name                      {status, retryAfter?, delayMs?, times?}: how it answers
 *   DELETE /_control/sinks/:name                      forgets what it took and how it answers
 */
import { json } from '@mortise/providers/kit/emulator';
import { listRecords } from './list-records.ts';
import type { Sinks } from './sinks.ts';
import type { Emulator, EmulatorResponse, Fault } from '@mortise/providers/kit/emulator';

export interface ControlRequest {
  method: string;
  parts: string[];
  query: URLSearchParams;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
}

export type ControlApi = (request: ControlRequest) => EmulatorResponse;

type Body = Record<string, unknown>;

/** Makes the control API over running emulators and sinks. */
export function controlApi(context: {
  emulators: ReadonlyMap<string, Emulator>;
  sinks: Sinks;
  seed: number;
}): ControlApi {
  const { emulators, sinks } = context;
  return (request) => {
    const { method, parts } = request;
    const changes = method !== 'GET' && method !== 'DELETE';
    if (changes && !(request.headers['content-type'] ?? '').startsWith('application/json')) {
      return problem(415, 'send application/json');
    }
    let body: Body = {};
    try {
      if (request.body.length > 0) body = JSON.parse(Buffer.from(request.body).toString()) as Body;
      if (parts.length === 0) {
        return json(200, {
          seed: context.seed,
          providers: [...emulators.values()].map(describe),
          sinks: sinks.list(),
        });
      }
      if (parts[0] === 'reset' && method === 'POST') {
        for (const emulator of emulators.values()) emulator.reset();
        sinks.clear();
        return { status: 204 };
      }
      if (parts[0] === 'sinks') return sinkCall(sinks, request, body);
      const emulator = parts[0] === 'providers' ? emulators.get(parts[1] ?? '') : undefined;
      if (emulator === undefined) return problem(404, 'no such control');
      const rest = [method, ...parts.slice(2)];
      return (
        recordCall(emulator, rest, request.query, body) ??
        leverCall(emulator, rest, body) ??
        problem(404, 'no such control')
      );
    } catch (error) {
      return problem(400, error instanceof Error ? error.message : String(error));
    }
  };
}

function describe({ definition, target, world }: Emulator): Body {
  const { id, name, color, hosts, client, accounts, collections } = definition;
  return {
    id,
    name,
    color,
    hosts,
    client,
    accounts,
    collections: collections.map(({ name: key, label, fields }) => ({ name: key, label, fields })),
    target: target ?? null,
    faults: world.faults.list(),
  };
}

function recordCall(
  { world }: Emulator,
  rest: string[],
  query: URLSearchParams,
  body: Body,
): EmulatorResponse | undefined {
  const [method, section, id] = rest;
  if (section !== 'records') return undefined;
  const from = (name: string): string => text(body[name] ?? query.get(name) ?? '');
  const [account, collection] = [from('account'), from('collection')];
  if (!world.definition.accounts.some((one) => one.id === account))
    return problem(400, `no account ${account}`);
  const fields = (): Record<string, string> =>
    Object.fromEntries(
      Object.entries((body['fields'] ?? {}) as Body).map(([name, value]) => [name, text(value)]),
    );
  const found = (record: unknown): EmulatorResponse =>
    record === undefined ? problem(404, 'no such record, or it is archived') : json(200, record);

  if (id === undefined) {
    if (method === 'GET') return json(200, listRecords(world, account, collection, query));
    if (method === 'POST') return json(201, world.records.create(account, collection, fields()));
    return undefined;
  }
  if (method === 'GET') return found(world.records.get(account, collection, id));
  if (method === 'PATCH') return found(world.records.update(account, collection, id, fields()));
  if (method === 'DELETE') return found(world.records.archive(account, collection, id));
  return undefined;
}

function leverCall(emulator: Emulator, rest: string[], body: Body): EmulatorResponse | undefined {
  const { world } = emulator;
  const [key, tail] = [rest.slice(0, 2).join(' '), rest.slice(2)];
  if (key === 'POST webhooks' && tail[1] === 'resend') {
    return emulator.resend(Number(tail[0])) ? { status: 202 } : problem(404, 'no such webhook');
  }
  const grantId = body['grantId'] === undefined ? undefined : text(body['grantId']);
  switch ([key, ...tail].join('/')) {
    case 'GET tokens':
      return json(200, world.tokens.list());
    case 'POST tokens/expire':
      return json(200, { expired: world.tokens.expireAccess(grantId) });
    case 'POST tokens/revoke':
      world.tokens.revokeGrant(grantId ?? '');
      return { status: 204 };
    case 'GET faults':
      return json(200, world.faults.list());
    case 'POST faults':
      world.faults.add(readFault(body));
      return json(201, world.faults.list());
    case 'DELETE faults':
      world.faults.clear();
      return { status: 204 };
    case 'PUT webhook-target':
      emulator.setTarget({ url: new URL(text(body['url'])).href });
      return json(200, emulator.target);
    case 'DELETE webhook-target':
      emulator.setTarget(undefined);
      return { status: 204 };
    case 'GET webhooks':
      return json(200, emulator.sent.toReversed());
    case 'GET requests':
      return json(200, emulator.log.toReversed());
    case 'DELETE requests':
      emulator.log.length = 0;
      return { status: 204 };
    default:
      return undefined;
  }
}

function sinkCall(sinks: Sinks, { method, parts, query }: ControlRequest, body: Body): EmulatorResponse {
  const name = parts[1] === undefined ? undefined : decodeURIComponent(parts[1]);
  if (name === undefined) return method === 'GET' ? json(200, sinks.list()) : problem(404, 'name a sink');
  if (method === 'GET') return json(200, sinks.read(name, Number(query.get('after') ?? 0)));
  if (method === 'DELETE') sinks.clear(name);
  if (method === 'PUT') {
    const status = Number(body['status']);
    if (!Number.isInteger(status) || status < 200 || status > 599)
      return problem(400, 'status must be 200 to 599');
    const { retryAfter, delayMs, times } = body;
    sinks.setAnswer(name, {
      status,
      ...(retryAfter === undefined ? {} : { retryAfter: text(retryAfter) }),
      ...(delayMs === undefined ? {} : { delayMs: Number(delayMs) }),
      ...(times === undefined ? {} : { times: Number(times) }),
    });
  }
  return { status: 204 };
}

const FAULTS = ['rate_limited', 'server_error', 'unauthorized', 'forbidden', 'slow', 'drop'] as const;

function readFault(body: Body): Fault {
  const kind = FAULTS.find((one) => one === body['kind']);
  if (kind === undefined) throw new RangeError(`kind must be one of ${FAULTS.join(', ')}`);
  const { path, retryAfter, delayMs } = body;
  return {
    kind,
    times: Number(body['times'] ?? 1),
    ...(path === undefined ? {} : { path: text(path) }),
    ...(retryAfter === undefined ? {} : { retryAfter: text(retryAfter) }),
    ...(delayMs === undefined ? {} : { delayMs: Number(delayMs) }),
  };
}

/** A scalar as text. Throws for anything else. */
function text(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return `${value}`;
  throw new TypeError('a text was expected');
}

function problem(status: number, message: string): EmulatorResponse {
  return json(status, { error: message });
}
