import { createHash, timingSafeEqual } from 'node:crypto';
import { roles, type Role } from '@mortise/contract';
import { bareId, MortiseError, notFound, publicId, type Actor } from '@mortise/core/kernel';
import { clientAddressHeader, membershipsOf, type SignIn } from '@mortise/core/tenants';
import type { Database } from '@mortise/platform/database';
import type { FastifyRequest } from 'fastify';
import type { Access } from './table.ts';

/** Routes that act for no tenant carry this id: nothing in the database has it. */
export const nilId = '00000000-0000-0000-0000-000000000000';

/** Who is calling and for which tenant. */
export interface Caller {
  actor: Actor;
  userId: string | null;
  tenantId: string;
  role: Role | null;
}

const anyone: Caller = {
  actor: { kind: 'user', id: null, name: 'Someone' },
  userId: null,
  tenantId: nilId,
  role: null,
};

const [mostKnown, knownForMs] = [10_000, 5_000];

const digest = (text: string) => createHash('sha256').update(text).digest();

const one = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value);

/** The web request that the sign-in library works on. What a client says of its own address is dropped. */
export function webHeaders(request: FastifyRequest): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined && name !== clientAddressHeader)
      headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  headers.set(clientAddressHeader, request.ip);
  return headers;
}

/**
 * A browser sends cookies along with whatever another site makes it send. So a request that changes something by cookie
 * must say that it comes from this site (Fetch Metadata, or the Origin).
 */
export function refuseCrossSite(request: FastifyRequest, publicOrigin: string): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const site = one(request.headers['sec-fetch-site']);
  const origin = one(request.headers.origin);
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw new MortiseError('cross_site');
  if (origin !== undefined && origin !== publicOrigin && origin !== `${request.protocol}://${request.host}`) {
    throw new MortiseError('cross_site');
  }
}

/**
 * Says who is calling and refuses who may not. The order of refusals gives nothing away: no credential is 401; a tenant
 * one is not a member of is the same 404 as one that does not exist; a member whose role is too small is told so.
 */
export function createAuth(deps: { db: Database; signIn: SignIn; operatorKey: string; publicUrl: string }) {
  if (deps.operatorKey === '') throw new Error('An empty operator key would let everyone in');
  const operatorDigest = digest(deps.operatorKey);
  const publicOrigin = new URL(deps.publicUrl).origin;

  /**
   * Tenants that were there when last looked at, by their public id, with their bare one and until when that is
   * believed: the host's backend says with each request for whom it acts, and a question to the database each time would
   * cost more than most of what it asks for. Only what was found is kept, and what is looked up is still behind the wall.
   */
  const known = new Map<string, { id: string; until: number }>();

  async function tenantExists(header: string, id: string): Promise<boolean> {
    const now = performance.now();
    if ((known.get(header)?.until ?? 0) > now) return true;
    const rows = await deps.db.tenant(id, (tx) =>
      tx.query('select 1 from tenants where id = $1', [id], 'auth.tenant'),
    );
    known.delete(header);
    if (rows.length === 0) return false;
    const [oldest] = known.keys();
    if (known.size >= mostKnown && oldest !== undefined) known.delete(oldest);
    known.set(header, { id, until: now + knownForMs });
    return true;
  }

  function wantedTenant(request: FastifyRequest): { header: string; id: string } | undefined {
    const header = one(request.headers['mortise-tenant']);
    if (header === undefined || header === '') return undefined;
    try {
      return { header, id: known.get(header)?.id ?? bareId('tenant', header) };
    } catch {
      throw notFound();
    }
  }

  async function operator(request: FastifyRequest, access: Access): Promise<Caller> {
    const actor: Actor = { kind: 'operator', id: null, name: 'Operator key' };
    if (access === 'operator' || access === 'credential')
      return { actor, userId: null, tenantId: nilId, role: null };
    const wanted = wantedTenant(request);
    if (wanted === undefined) {
      throw new MortiseError('tenant_required', {
        detail: 'Send the header Mortise-Tenant with the id of the tenant.',
      });
    }
    if (!(await tenantExists(wanted.header, wanted.id))) throw notFound();
    return { actor, userId: null, tenantId: wanted.id, role: 'owner' };
  }

  async function person(request: FastifyRequest, access: Access): Promise<Caller> {
    if (!(request.headers.cookie ?? '').includes('mortise.session_token'))
      throw new MortiseError('unauthenticated');
    refuseCrossSite(request, publicOrigin);
    const signedIn = await deps.signIn.whoIs(webHeaders(request));
    if (signedIn === null) throw new MortiseError('unauthenticated');
    const actor: Actor = {
      kind: 'user',
      id: publicId('user', signedIn.id),
      name: signedIn.name,
      email: signedIn.email,
    };
    const base = { actor, userId: signedIn.id };
    if (access === 'credential') return { ...base, tenantId: nilId, role: null };
    if (access === 'operator') throw notFound();
    const memberships = await membershipsOf(deps.db, signedIn.id);
    const wanted = wantedTenant(request)?.id;
    const membership =
      wanted === undefined && memberships.length === 1
        ? memberships[0]
        : memberships.find((candidate) => candidate.tenantId === wanted);
    if (membership === undefined) {
      if (wanted !== undefined || memberships.length === 0) throw notFound();
      throw new MortiseError('tenant_required', {
        detail: 'Send the header Mortise-Tenant with the id of the tenant.',
      });
    }
    if (roles.indexOf(membership.role) < roles.indexOf(access as Role)) {
      throw new MortiseError('forbidden', {
        detail: `This needs the role ${access}; yours is ${membership.role}.`,
      });
    }
    return { ...base, tenantId: membership.tenantId, role: membership.role };
  }

  return async function callerOf(request: FastifyRequest, access: Access): Promise<Caller> {
    if (access === 'public' || access === 'link') return anyone;
    const authorization = request.headers.authorization;
    if (authorization === undefined) return person(request, access);
    const given = /^Bearer (\S+)$/i.exec(authorization)?.[1] ?? '';
    // Digests have one length, so that the comparison takes the same time whatever was sent.
    if (!timingSafeEqual(digest(given), operatorDigest)) throw new MortiseError('unauthenticated');
    return operator(request, access);
  };
}
