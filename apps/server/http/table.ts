import type { Role, Route } from '@mortise/contract';
import type { Creation, Handler } from '@mortise/core/kernel';

/**
 * Who may call a route: anyone; anyone with the secret of a link, which is looked at few times a minute; anyone with a
 * credential; the host backend alone; or a member of the tenant with at
 * least this role (the host backend too, acting for that tenant).
 */
export type Access = 'public' | 'link' | 'credential' | 'operator' | Role;

/** One line of the HTTP surface. */
export interface Line {
  route: Route;
  access: Access;
  handler?: Handler<Route>;
  creation?: Creation<Route>;
}

/** A route that reads or changes. */
export function on<R extends Route>(route: R, access: Access, handler: Handler<R>): Line {
  return { route, access, handler: handler };
}

/** A route that creates: it takes an Idempotency-Key and commits its answer with what it made. */
export function creating<R extends Route>(route: R, access: Access, creation: Creation<R>): Line {
  return { route, access, creation: creation };
}
