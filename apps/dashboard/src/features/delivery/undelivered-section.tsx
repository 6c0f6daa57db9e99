import type { Webhook } from '@mortise/contract';
import { text } from '../../messages/index.ts';
import { Card } from '../../ui/card.tsx';
import { UndeliveredRows } from './undelivered-rows.tsx';
import { useUndelivered } from './use-undelivered.ts';

/** What has not arrived at one webhook, on its page. Nothing where all has. */
export function UndeliveredSection({ webhook, onReplay }: { webhook: Webhook; onReplay: () => void }) {
  const { data: undelivered } = useUndelivered(webhook.id);
  if (undelivered === undefined || undelivered.data.length === 0) return null;
  return (
    <Card title={text.undelivered.title} flush>
      <UndeliveredRows
        groups={undelivered.data}
        isComplete={undelivered.isComplete}
        circuit={webhook.circuit}
        onReplay={onReplay}
      />
    </Card>
  );
}
