import type { Hint } from '@mortise/contract';
import type { Tag } from './keys.ts';

const everything: readonly Tag[] = [
  'Audit',
  'Connections',
  'Event types',
  'Events',
  'Overview',
  'Sources',
  'Syncs',
  'Tenants',
  'Vault',
  'Webhooks',
];

const tags: Record<Hint['kind'], readonly Tag[]> = {
  run: ['Syncs', 'Overview'],
  sync: ['Syncs', 'Overview', 'Audit'],
  connection: ['Connections', 'Syncs', 'Overview', 'Audit'],
  integration: ['Connections', 'Overview', 'Audit'],
  event: ['Events', 'Overview'],
  delivery: ['Webhooks', 'Events', 'Overview'],
  replay: ['Webhooks', 'Audit'],
  webhook: ['Webhooks', 'Audit'],
  source: ['Sources', 'Audit'],
  receipt: ['Sources', 'Events'],
  member: ['Tenants', 'Audit'],
  resync: everything,
};

/** What has to be read anew after a hint. */
export function tagsOfHint(hint: Pick<Hint, 'kind'>): readonly Tag[] {
  return tags[hint.kind];
}
