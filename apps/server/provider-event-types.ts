import type { Provider } from '@mortise/providers/kit';

/**
 * The event types that follow from what the installed providers have, each once, with all who have it named. Types are
 * shared on purpose: `contact.created` is a contact whichever provider it is from.
 */
export function providerEventTypes(providers: readonly Provider[]): { type: string; description: string }[] {
  const found = new Map<string, { verb: string; label: string; names: string[] }>();
  for (const { name, resources, webhooks } of providers) {
    const verbs = ['created', 'updated', 'deleted', ...(webhooks === undefined ? [] : ['changed'])];
    for (const { eventPrefix, label } of Object.values(resources)) {
      for (const verb of verbs) {
        const type = `${eventPrefix}.${verb}`;
        const known = found.get(type);
        if (known === undefined) found.set(type, { verb, label, names: [name] });
        else if (!known.names.includes(name)) known.names.push(name);
      }
    }
  }
  const list = new Intl.ListFormat('en', { type: 'disjunction' });
  return [...found].map(([type, { verb, label, names }]) => ({
    type,
    description:
      verb === 'changed'
        ? `${list.format(names)} said that a record of ${label} changed`
        : `A record of ${label} was ${verb} at ${list.format(names)}`,
  }));
}
