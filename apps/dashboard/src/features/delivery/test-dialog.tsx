import { testWebhook, type Webhook } from '@mortise/contract';
import { LoaderCircle, Send } from 'lucide-react';
import { useEffect } from 'react';
import { useSend } from '../../app/use-send.ts';
import { locale, text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { CodeView } from '../../ui/code-view.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { FormError } from '../../ui/form-error.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { durationText } from '../../ui/moment-text.ts';
import { Notice } from '../../ui/notice.tsx';
import { useDelivery } from './use-delivery.ts';

/** Sends a test event as soon as it opens, and shows what the endpoint said to it. */
export function TestDialog({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const test = useSend(testWebhook, { ownError: true, also: ['Events'] });
  const { mutate, isIdle } = test;
  const send = () => mutate({ params: { id: webhook.id } });
  useEffect(() => {
    if (isIdle) mutate({ params: { id: webhook.id } });
  }, [isIdle, mutate, webhook.id]);
  const delivery = test.data;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={text.delivery.testTitle}
      description={text.delivery.testText(webhook.url)}
      footer={
        <>
          <Button icon={<Send aria-hidden />} busy={test.isPending} onClick={send}>
            {text.delivery.testAgain}
          </Button>
          {delivery === undefined ? null : (
            <LinkButton to="/deliveries/$id" params={{ id: delivery.id }} variant="primary">
              {text.delivery.openDelivery}
            </LinkButton>
          )}
        </>
      }
    >
      <div role="status">
        {test.isError ? (
          <FormError error={test.error} />
        ) : (
          <Outcome id={test.isPending ? undefined : delivery?.id} />
        )}
      </div>
    </Dialog>
  );
}

function Outcome({ id }: { id: string | undefined }) {
  const { data: delivery } = useDelivery(id);
  const attempt = delivery?.log.at(-1);
  if (delivery?.status === 'held') return <Notice tone="warn">{text.delivery.testHeld}</Notice>;
  if (delivery === undefined || attempt === undefined) {
    return (
      <p className="flex items-center gap-2.5 py-3 text-ink-soft">
        <LoaderCircle className="size-4.5 animate-[turn_0.8s_linear_infinite]" aria-hidden />
        {text.delivery.testWaiting}
      </p>
    );
  }
  const isGood = attempt.outcome === 'delivered';
  return (
    <div className="flex flex-col gap-3">
      <Notice
        tone={isGood ? 'good' : 'bad'}
        title={isGood ? text.delivery.testGoodTitle : text.delivery.testBadTitle}
      >
        {isGood && attempt.statusCode !== null ? (
          text.delivery.testGood(attempt.statusCode, durationText(attempt.durationMs, locale))
        ) : (
          <>
            <p>{attempt.error}</p>
            <p className="text-ink-soft">{text.delivery.testBad}</p>
          </>
        )}
      </Notice>
      {attempt.responseBody === null || attempt.responseBody === '' ? null : (
        <CodeView
          value={attempt.responseBody}
          label={text.delivery.responseBodyOf(attempt.number)}
          maxHeight="12rem"
        />
      )}
    </div>
  );
}
