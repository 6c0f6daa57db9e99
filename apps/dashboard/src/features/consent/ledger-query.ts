import { idSchema, ledgerKind } from '@mortise/contract';

/** The ledger's filters as the API takes them, from what stands in the URL; what it would refuse is left out. */
export function ledgerQuery(filters: Readonly<Record<string, string | undefined>>) {
  return {
    subjectId: filters['subjectId'],
    purposeId: idSchema('purpose').safeParse(filters['purposeId']).data,
    kind: ledgerKind.safeParse(filters['kind']).data,
  };
}
