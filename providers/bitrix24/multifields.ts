import type { FieldValues } from '../kit/index.ts';

/** An item's ways of contact: typed, several of each. */
type Multifields = readonly { typeId: string; value: string }[] | null | undefined;

/** The first e-mail address or phone number, null when there is none. */
export function readMultifield(fm: Multifields, name: string): string | null {
  return fm?.find((one) => one.typeId === name.toUpperCase())?.value ?? null;
}

/** `email` and `phone` as `fm` wants them; nothing where none is given. */
export function writeMultifields(given: FieldValues, names: readonly string[]): { fm?: unknown[] } {
  const fm = names.flatMap((name) => {
    const value = given[name];
    return typeof value === 'string' && value !== ''
      ? [{ typeId: name.toUpperCase(), valueType: 'WORK', value }]
      : [];
  });
  return fm.length === 0 ? {} : { fm };
}
