/** Every event there is. */
export const everything = '*';

export interface EventFamily {
  /** "contact", of `contact.updated`. */
  readonly name: string;
  /** `contact.*` */
  readonly subscription: string;
  readonly types: readonly { readonly type: string; readonly description: string }[];
}

/**
 * Types of event by family, in the order they come. A type that comes several times, from several providers, stands
 * once; what each says of it is then left out, for none of them holds for all.
 */
export function familiesOf(types: readonly { type: string; description: string }[]): EventFamily[] {
  const single = [...Map.groupBy(types, ({ type }) => type)].map(([type, same]) => {
    const [first, ...others] = new Set(same.map(({ description }) => description));
    return { type, description: others.length > 0 ? '' : (first ?? '') };
  });
  const families = Map.groupBy(single, ({ type }) => type.slice(0, type.indexOf('.')));
  return [...families].map(([name, members]) => ({ name, subscription: `${name}.*`, types: members }));
}

/** Families of which the name, or one of the types, has these words in it; with those types where only they do. */
export function familiesWith(families: readonly EventFamily[], words: string): EventFamily[] {
  const sought = words.trim().toLowerCase();
  return families.flatMap((family) => {
    if (family.name.includes(sought)) return [family];
    const types = family.types.filter(({ type }) => type.includes(sought));
    return types.length === 0 ? [] : [{ ...family, types }];
  });
}

/** Whether a choice brings this type, by name, by its family or because it brings everything. */
export function covers(chosen: readonly string[], type: string): boolean {
  return chosen.some(
    (one) => one === everything || one === type || (one.endsWith('.*') && type.startsWith(one.slice(0, -1))),
  );
}

/**
 * Puts a subscription into a choice or takes it out. What a wider one brings already is dropped, so that the choice
 * never says the same twice.
 */
export function toggle(chosen: readonly string[], subscription: string, on: boolean): string[] {
  const rest = chosen.filter((one) => one !== subscription);
  if (!on) return rest;
  if (subscription === everything) return [everything];
  const wider = rest.filter((one) => one !== everything);
  return subscription.endsWith('.*')
    ? [...wider.filter((one) => !one.startsWith(subscription.slice(0, -1))), subscription]
    : [...wider, subscription];
}
