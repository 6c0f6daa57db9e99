import { listConnections, type Connection } from '@mortise/contract';
import { useRead } from '../../app/use-read.ts';
import { accountTitle } from '../connections/account-title.ts';
import { useProviders } from '../connections/use-providers.ts';

/** The names that lists of syncs, runs and records show instead of ids. */
export function useConnections() {
  const { data } = useRead(listConnections, { query: { limit: 200 } });
  const { find: findProvider, labelOf, nameOf } = useProviders();
  const connections = data?.data ?? [];
  const find = (id: string): Connection | undefined => connections.find((one) => one.id === id);
  return {
    connections,
    find,
    nameOf,
    accountOf: (id: string) => {
      const found = find(id);
      return found === undefined ? '' : accountTitle(found);
    },
    logoOf: (id: string) => findProvider(find(id)?.provider ?? '')?.logo,
    resourceOf: (id: string, resource: string) => labelOf(find(id)?.provider ?? '', resource),
    /** Every resource of the connected providers, once. */
    resources: [
      ...new Map(
        connections.flatMap(({ provider }) =>
          (findProvider(provider)?.resources ?? []).map((one) => [one.name, one.label] as const),
        ),
      ),
    ],
  };
}

export type Names = ReturnType<typeof useConnections>;
