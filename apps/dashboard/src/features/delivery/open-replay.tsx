import { listReplays, type Webhook } from '@mortise/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { tagKey } from '../../app/keys.ts';
import { useRead } from '../../app/use-read.ts';
import { text } from '../../messages/index.ts';
import { Card } from '../../ui/card.tsx';
import { isDraining } from './replay-pace.ts';
import { ReplayProgress } from './replay-progress.tsx';
import { useReplay } from './use-replay.ts';

/** The replay of a webhook that has not come to its end, as it drains. Nothing where there is none. */
export function OpenReplay({ webhook }: { webhook: Pick<Webhook, 'id' | 'status'> }) {
  const replays = useRead(listReplays, { query: { webhookId: webhook.id, limit: 10 } });
  const listed = replays.data?.data.find(isDraining);
  const { data: replay } = useReplay(listed?.id);
  const queryClient = useQueryClient();
  // No hint tells that the last delivery of a replay has arrived.
  const isOver = replay !== undefined && !isDraining(replay);
  useEffect(() => {
    if (isOver) void queryClient.invalidateQueries({ queryKey: tagKey('Webhooks') });
  }, [isOver, queryClient]);
  if (listed === undefined || replay === undefined) return null;
  return (
    <Card title={text.replays.progressTitle} description={text.replays.whats[replay.what].explained}>
      <ReplayProgress replay={replay} webhookStatus={webhook.status} />
    </Card>
  );
}
