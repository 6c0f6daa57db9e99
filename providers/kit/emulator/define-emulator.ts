import type { EmulatorDefinition } from './types.ts';

/** Checks an emulator's definition at import. Throws TypeError. Returns the value as given. */
export function defineEmulator(definition: EmulatorDefinition): EmulatorDefinition {
  const wrong = (what: string): never => {
    throw new TypeError(`emulator ${definition.id}: ${what}`);
  };
  if (!definition.hosts.includes(definition.faultHost))
    wrong(`faults strike an unknown host ${definition.faultHost}`);
  const ids = new Set(definition.accounts.map((account) => account.id));
  if (ids.size !== definition.accounts.length) wrong('two accounts with one id');
  for (const collection of definition.collections) {
    if (collection.fields.length < 2)
      wrong(`${collection.name}: two fields at least, they make a row's title`);
    if (collection.idOf(0) === collection.idOf(1)) wrong(`${collection.name}: ids must differ`);
  }
  return definition;
}
