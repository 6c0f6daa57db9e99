/** The page of a thing by its id's prefix; undefined where a kind has no page of its own. */
export function thingPath(id: string): { to: ThingPage; params: { id: string } } | undefined {
  const to = pages[id.slice(0, id.indexOf('_'))];
  return to === undefined ? undefined : { to, params: { id } };
}

export type ThingPage =
  | '/integrations/$id'
  | '/connections/$id'
  | '/runs/$id'
  | '/records/$id'
  | '/webhooks/$id'
  | '/deliveries/$id'
  | '/events/$id'
  | '/sources/$id'
  | '/receipts/$id';

const pages: Readonly<Record<string, ThingPage | undefined>> = {
  int: '/integrations/$id',
  conn: '/connections/$id',
  run: '/runs/$id',
  rec: '/records/$id',
  whk: '/webhooks/$id',
  dlv: '/deliveries/$id',
  evt: '/events/$id',
  src: '/sources/$id',
  rcp: '/receipts/$id',
};
