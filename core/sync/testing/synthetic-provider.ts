import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bearer, classifier, cursor, defineProvider, resource, type Provider } from '@mortise/providers/kit';
import { z } from 'zod';

/** A record of the synthetic provider. What is not in its schema can be put in with `extra`. */
export interface Item {
  id: string;
  name: string;
  /** Milliseconds since 1970. */
  updatedAt: number;
  extra?: Record<string, unknown>;
}

export interface SyntheticProvider {
  provider: Provider;
  /** What it holds, by id. Tests change it as they like. */
  items: Map<string, Item>;
  /** What it has deleted and still lists, by id. */
  deleted: Map<string, { id: string; deletedAt: number }>;
  /** The provider's own time, which its Date headers tell. */
  now: Date;
  /** Called before each answer; what it returns is answered instead, and what it does happens while we wait. */
  before?: (
    path: string,
    url: URL,
  ) => undefined | { status: number; headers?: Record<string, string>; body?: string } | Promise<undefined>;
  /** Paths with query of all requests, in order. */
  requests: string[];
  close(): Promise<void>;
}

export interface SyntheticOptions {
  pageSize?: number;
  /** Without, every run is full. */
  incremental?: boolean;
  /** Without, only full runs find deletions. */
  deletedListing?: boolean;
  lookBackMs?: number;
  /** The search pages by offset into a list that moves, as some do. */
  movingOffset?: boolean;
  maxResults?: number;
}

const item = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  updatedAt: z.iso.datetime(),
});
type Raw = z.infer<typeof item>;

/** A provider that exists nowhere, on a real HTTP server on loopback, with an adapter made of the kit. */
export async function startSyntheticProvider(options: SyntheticOptions = {}): Promise<SyntheticProvider> {
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const state: SyntheticProvider = {
    provider: defineSynthetic(url, options),
    items: new Map(),
    deleted: new Map(),
    now: new Date('2026-01-01T00:00:00Z'),
    requests: [],
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = new URL(request.url ?? '/', url);
    state.requests.push(`${asked.pathname}${asked.search}`);
    const instead = await state.before?.(asked.pathname, asked);
    const headers = { 'content-type': 'application/json', date: state.now.toUTCString() };
    if (instead !== undefined) {
      response.writeHead(instead.status, { ...headers, ...instead.headers }).end(instead.body ?? '{}');
      return;
    }
    response.writeHead(200, headers).end(JSON.stringify(list(state, asked)));
  }
  return state;
}

/** Puts items 1 to `count` there, all changed at `updatedAt`. */
export function fill(state: SyntheticProvider, count: number, updatedAt: number): void {
  for (let n = 1; n <= count; n += 1) {
    const id = String(n).padStart(6, '0');
    state.items.set(id, { id, name: `Item ${n}`, updatedAt });
  }
}

function list(state: SyntheticProvider, { pathname, searchParams }: URL): unknown {
  const limit = Number(searchParams.get('limit'));
  const place = searchParams.get('cursor');
  const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1);
  const pageAfterId = <T extends { id: string }>(all: T[], form: (one: T) => unknown): unknown => {
    const rest = all.toSorted(byId).filter((one) => place === null || one.id > place);
    const page = rest.slice(0, limit);
    return {
      results: page.map(form),
      total: all.length,
      ...(rest.length > limit ? { next: page.at(-1)?.id } : {}),
    };
  };
  switch (pathname) {
    case '/items':
      return pageAfterId([...state.items.values()], show);
    case '/deleted':
      return pageAfterId([...state.deleted.values()], (one) => one);
    case '/ties': {
      const at = Number(searchParams.get('at'));
      const afterId = searchParams.get('afterId') ?? '';
      const rest = [...state.items.values()]
        .filter((one) => one.updatedAt === at && one.id > afterId)
        .toSorted(byId);
      return {
        results: rest.slice(0, limit).map(show),
        total: rest.length,
        ...(rest.length > limit ? { next: String(limit) } : {}),
      };
    }
    default: {
      const since = Number(searchParams.get('since'));
      const from = Number(place ?? 0);
      const all = [...state.items.values()]
        .filter((one) => one.updatedAt >= since)
        .toSorted((a, b) => a.updatedAt - b.updatedAt || byId(a, b));
      const more = all.length > from + limit ? { next: String(from + limit) } : {};
      return { results: all.slice(from, from + limit).map(show), total: all.length, ...more };
    }
  }
}

function show({ id, name, updatedAt, extra }: Item): unknown {
  return { id, name, email: `${id}@example.test`, updatedAt: new Date(updatedAt).toISOString(), ...extra };
}

function defineSynthetic(url: string, options: SyntheticOptions): Provider {
  const {
    pageSize = 10,
    incremental = true,
    deletedListing = true,
    lookBackMs = 0,
    movingOffset = false,
  } = options;
  const get = (path: string, query: Record<string, string | number | undefined>) => ({
    method: 'GET' as const,
    url: `api:${path}`,
    query,
  });
  return defineProvider({
    id: 'synthetic',
    name: 'Synthetic',
    category: 'other',
    description: 'Exists in tests alone.',
    logo: new URL('./logo.svg', import.meta.url),
    docsUrl: 'https://example.test',
    hosts: { api: url },
    auth: bearer(),
    api: {
      rateLimits: { default: { requests: 1_000, perMs: 1_000 } },
      readRateHeaders: () => undefined,
      classify: classifier(),
    },
    test: { method: 'GET', url: 'api:/items' },
    account: async () => ({ id: '1', name: 'Synthetic', metadata: {} }),
    resources: {
      items: resource<Raw>({
        name: 'items',
        label: 'Items',
        eventPrefix: 'item',
        schema: item,
        idOf: (raw) => raw.id,
        updatedAtOf: (raw) => new Date(raw.updatedAt),
        display: (raw) => ({ title: raw.name, ...(raw.email === null ? {} : { subtitle: raw.email }) }),
        fieldsOf: ({ name, email }) => ({ name, email }),
        fields: [],
        pageSize,
        list: (args) => get('/items', { limit: args.limit, cursor: args.cursor }),
        readPage: cursor('next'),
        ...(incremental
          ? {
              incremental: {
                lookBackMs,
                ...(movingOffset ? { movingOffset } : {}),
                ...(options.maxResults === undefined ? {} : { maxResults: options.maxResults }),
                request: ({ since, ...args }) =>
                  get('/changes', { since: since.getTime(), limit: args.limit, cursor: args.cursor }),
                ties: ({ at, afterId, limit }) => get('/ties', { at: at.getTime(), afterId, limit }),
              },
            }
          : {}),
        ...(deletedListing
          ? {
              deleted: {
                list: (args) => get('/deleted', { limit: args.limit, cursor: args.cursor }),
                deletedAtOf: (raw) => new Date((raw as { deletedAt: number }).deletedAt),
              },
            }
          : {}),
      }),
    },
  });
}
