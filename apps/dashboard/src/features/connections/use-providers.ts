import { listProviders, type Provider } from '@mortise/contract';
import { useRead } from '../../app/use-read.ts';

/** The providers of this installation by id; undefined until they are read. */
export function useProviders() {
  const read = useRead(listProviders, {});
  const find = (id: string): Provider | undefined => read.data?.data.find((provider) => provider.id === id);
  return {
    read,
    find,
    /** A provider's name; its id while the name is not known. */
    nameOf: (id: string) => find(id)?.name ?? id,
    /** What its provider calls a resource; the name while that is not known. */
    labelOf: (id: string, resource: string) =>
      find(id)?.resources.find((one) => one.name === resource)?.label ?? resource,
  };
}
