import type { Route } from '@mortise/contract';
import { activeTenant } from './session.ts';

/** The tags of the contract's routes: what a hint or a mutation says has to be read anew. */
export type Tag =
  | 'Audit'
  | 'Connections'
  | 'Event types'
  | 'Events'
  | 'Health'
  | 'Overview'
  | 'Sources'
  | 'Syncs'
  | 'Tenants'
  | 'Vault'
  | 'Webhooks';

/** The key of one read: organisation, tag, route, input. */
export function keyOf(route: Pick<Route, 'tag' | 'name'>, input?: object): readonly unknown[] {
  return [...tagKey(route.tag as Tag), route.name, input ?? {}];
}

/** The start of the keys of all reads of one tag. */
export function tagKey(tag: Tag): readonly unknown[] {
  return [activeTenant() ?? null, tag];
}
