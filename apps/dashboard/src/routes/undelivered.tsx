import type { UndeliveredGroup } from '@mortise/contract';
import { CircleCheck } from 'lucide-react';
import { useState, type ComponentProps } from 'react';
import { ReplayDialog } from '../features/delivery/replay-dialog.tsx';
import { UndeliveredCard } from '../features/delivery/undelivered-card.tsx';
import { useUndelivered } from '../features/delivery/use-undelivered.ts';
import { text } from '../messages/index.ts';
import { Card } from '../ui/card.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { Notice } from '../ui/notice.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { ReadBody } from '../ui/read-body.tsx';

export function Page() {
  const undelivered = useUndelivered();
  const [replay, setReplay] = useState<Pick<ComponentProps<typeof ReplayDialog>, 'webhook' | 'what'>>();
  return (
    <>
      <PageHeader title={text.undelivered.title} description={text.undelivered.lead} />
      <ReadBody read={undelivered}>
        {({ data, isComplete }) => (
          <div className="flex flex-col gap-5">
            {isComplete ? null : <Notice tone="info">{text.undelivered.incomplete}</Notice>}
            {byWebhook(data).map((groups) => (
              <UndeliveredCard
                key={groups[0].webhookId}
                groups={groups}
                isComplete={isComplete}
                onReplay={(what) => setReplay({ webhook: webhookOf(groups[0]), what })}
              />
            ))}
            {data.length > 0 ? null : (
              <Card flush>
                <EmptyState
                  icon={<CircleCheck />}
                  title={text.undelivered.noneTitle}
                  description={text.undelivered.none}
                  action={<LinkButton to="/deliveries">{text.undelivered.toDeliveries}</LinkButton>}
                />
              </Card>
            )}
          </div>
        )}
      </ReadBody>
      {replay === undefined ? null : <ReplayDialog {...replay} onClose={() => setReplay(undefined)} />}
    </>
  );
}

type Groups = [UndeliveredGroup, ...UndeliveredGroup[]];

/** One that was deleted is offered no replay. */
function webhookOf({ webhookId, webhookName, webhookStatus }: UndeliveredGroup) {
  return {
    id: webhookId,
    name: webhookName,
    status: webhookStatus === 'deleted' ? ('disabled' as const) : webhookStatus,
  };
}

/** The webhook with the largest group first, as the API gives them. */
function byWebhook(groups: readonly UndeliveredGroup[]): Groups[] {
  return [...Map.groupBy(groups, ({ webhookId }) => webhookId).values()] as Groups[];
}
