import type { EmulatedRecord } from '../../kit/emulator/index.ts';

/** HubSpot's own types of link, by the object a record starts from: their numbers differ by direction. */
const LINKS: Readonly<Record<string, readonly { to: string; typeId: number; name: string }[]>> = {
  deals: [
    { to: 'contacts', typeId: 3, name: 'deal_to_contact' },
    { to: 'companies', typeId: 5, name: 'deal_to_company' },
  ],
  tickets: [
    { to: 'contacts', typeId: 16, name: 'ticket_to_contact' },
    { to: 'companies', typeId: 26, name: 'ticket_to_company' },
  ],
};

/** The field an emulated record keeps a link in; no property can be called so. */
export function fieldOf(to: string): string {
  return `:${to}`;
}

/** The ids a record is linked with. */
export function linkedIds(record: EmulatedRecord, to: string): string[] {
  return (record.fields[fieldOf(to)] ?? '').split(',').filter(Boolean);
}

/** The links of a new record's body as fields; a text says what is wrong with them. */
export function readLinks(
  type: string,
  given: unknown,
  exists: (type: string, id: string) => boolean,
): Record<string, string> | string {
  const ids = new Map<string, string[]>();
  for (const one of Array.isArray(given) ? (given as unknown[]) : []) {
    const { to, types } = one as { to?: { id?: unknown }; types?: { associationTypeId?: unknown }[] };
    const id = String(to?.id);
    const typeId = types?.[0]?.associationTypeId;
    const link = LINKS[type]?.find((known) => known.typeId === typeId);
    if (link === undefined) return `${String(typeId)} is not a type of association from ${type}`;
    if (!exists(link.to, id)) return `no ${link.to} with id ${id}`;
    ids.set(fieldOf(link.to), [...(ids.get(fieldOf(link.to)) ?? []), id]);
  }
  return Object.fromEntries([...ids].map(([name, list]) => [name, list.join(',')]));
}

/** The `associations` of a record, for the types that were asked for; undefined when none is linked. */
export function showLinks(
  record: EmulatedRecord,
  asked: readonly string[],
): Record<string, unknown> | undefined {
  const shown = (LINKS[record.collection] ?? []).flatMap(({ to, name }) => {
    const ids = asked.includes(to) ? linkedIds(record, to) : [];
    return ids.length === 0 ? [] : [[to, { results: ids.map((id) => ({ id, type: name })) }] as const];
  });
  return shown.length === 0 ? undefined : Object.fromEntries(shown);
}
