/** Every event there is. */
export const everything = '*';

export interface EventFamily {
  /** "contact", of `contact.updated`. */
  readonly name: string;
  /** `contact.*` */
  readonly subscription: string;
  readonly types: readonly { readonly type: string; readonly description: string }[];
}

/** Types of event by family, in the order they come. */
export function familiesOf(types: readonly { type: string; description: string }[]): EventFamily[] {
  const families = Map.groupBy(types, ({ type }) => type.slice(0, type.indexOf('.')));
  return [...families].map(([name, members]) => ({ name, subscription: `${name}.*`, types: members }));
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
