import type { Role, Route, RouteOutput, RouteParsed } from '@mortise/contract';
import type { Tx } from '@mortise/platform/database';

/** Who acts: a person signed in, the host product's backend, or Mortise itself. */
export interface Actor {
  kind: 'user' | 'operator' | 'system';
  /** The public id of the person; null for the others. */
  id: string | null;
  name: string;
  /** Set for a person who is signed in. */
  email?: string;
}

export const systemActor: Actor = { kind: 'system', id: null, name: 'Mortise' };

/** What a handler knows of the request besides its input. */
export interface RequestContext {
  actor: Actor;
  /** The bare id of the signed-in person, if it is one. */
  userId: string | null;
  /** The bare id of the tenant acted for. On routes without a tenant it is the nil UUID. */
  tenantId: string;
  role: Role | null;
  requestId: string;
  /** 32 hex digits; goes on into every event, run and delivery that the request leads to. */
  traceId: string;
  ip: string;
  /** The value of a cookie of ours, by its name. */
  cookie(name: string): string | undefined;
  headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** An answer with more than a body: a version for the ETag, headers, a redirect. */
export class Reply<T> {
  readonly body: T;
  readonly headers: Record<string, string | string[]>;
  constructor(body: T, headers: Record<string, string | string[]> = {}) {
    this.body = body;
    this.headers = headers;
  }
}

/** Parses nothing itself: the input has passed the contract. Opens its own transactions. */
export type Handler<R extends Route> = (
  context: RequestContext,
  input: RouteParsed<R>,
) => Promise<RouteOutput<R> | Reply<RouteOutput<R>>>;

/**
 * A handler that creates: it gets the transaction in which its Idempotency-Key and its answer are kept too, so
 * that either all of it has happened or none, and the same key answers the same. It must not do HTTP of its own.
 */
export type Creation<R extends Route> = (
  context: RequestContext,
  input: RouteParsed<R>,
  tx: Tx,
) => Promise<RouteOutput<R> | Reply<RouteOutput<R>>>;

/**
 * The version a caller says they have read, from If-Match.
 *
 * @returns undefined when there is no If-Match or it is `*`; NaN, which matches nothing, when it is not ours
 */
export function ifMatch(context: RequestContext): number | undefined {
  const value = context.headers['if-match'];
  if (typeof value !== 'string' || value === '*') return undefined;
  return Number(/^(?:W\/)?"(\d+)"$/.exec(value)?.[1] ?? 'NaN');
}

/** The header that carries a thing's version. */
export function etag(version: number): Record<string, string> {
  return { etag: `"${version}"` };
}
