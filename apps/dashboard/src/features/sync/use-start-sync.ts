import { createSync, listRuns } from '@mortise/contract';
import { useNavigate } from '@tanstack/react-router';
import { client } from '../../app/client.ts';
import { useSend } from '../../app/use-send.ts';

/** Starts to keep a resource in step and goes to its first run, live. */
export function useStartSync() {
  const navigate = useNavigate();
  const create = useSend(createSync, { also: ['Connections'] });
  const start = async (
    connectionId: string,
    resource: string,
    everyMinutes: number | null,
  ): Promise<void> => {
    const { id: syncId } = await create.mutateAsync({ body: { connectionId, resource, everyMinutes } });
    const { data } = await client.call(listRuns, { query: { syncId, limit: 1 } });
    const [run] = data;
    if (run !== undefined) await navigate({ to: '/runs/$id', params: { id: run.id } });
  };
  return {
    /** Failures are told in a toast. */
    start: (connectionId: string, resource: string, everyMinutes: number | null) =>
      void start(connectionId, resource, everyMinutes).catch(() => undefined),
    isBusy: create.isPending,
  };
}
