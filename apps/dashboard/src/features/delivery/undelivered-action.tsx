import { readWebhook, updateWebhook, type UndeliveredGroup } from '@mortise/contract';
import { Play, RotateCcw } from 'lucide-react';
import { useMay } from '../../app/me.ts';
import { useRead } from '../../app/use-read.ts';
import { useSend } from '../../app/use-send.ts';
import { text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';

interface UndeliveredActionProps {
  group: UndeliveredGroup;
  onReplay: () => void;
}

/** What brings deliveries on their way again, where it takes a person: nothing for those that go on by themselves. */
export function UndeliveredAction({ group, onReplay }: UndeliveredActionProps) {
  const mayAct = useMay('developer');
  if (!mayAct || group.webhookStatus === 'deleted') return null;
  if (group.why === 'held') return <ResumeButton group={group} />;
  if (group.why !== 'failed') return null;
  return (
    <Button
      size="sm"
      variant="primary"
      icon={<RotateCcw aria-hidden />}
      aria-label={text.undelivered.replayFailedOf(group.webhookName)}
      onClick={onReplay}
    >
      {text.undelivered.replayFailed}
    </Button>
  );
}

function ResumeButton({ group: { webhookId, webhookName, webhookStatus } }: { group: UndeliveredGroup }) {
  const webhook = useRead(readWebhook, { params: { id: webhookId } });
  const update = useSend(updateWebhook, { done: text.delivery.resumed });
  const isDisabled = webhookStatus === 'disabled';
  return (
    <Button
      size="sm"
      variant="primary"
      icon={<Play aria-hidden />}
      aria-label={
        isDisabled ? text.undelivered.enableOf(webhookName) : text.undelivered.resumeOf(webhookName)
      }
      busy={update.isPending}
      disabled={webhook.data === undefined}
      onClick={() =>
        update.mutate({
          params: { id: webhookId },
          body: { status: 'active' },
          ifMatch: webhook.data?.version,
        })
      }
    >
      {isDisabled ? text.delivery.enable : text.delivery.resume}
    </Button>
  );
}
