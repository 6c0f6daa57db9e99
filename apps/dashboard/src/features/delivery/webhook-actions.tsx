import { deleteWebhook, rotateWebhookSecret, updateWebhook, type Webhook } from '@mortise/contract';
import { useNavigate } from '@tanstack/react-router';
import { KeyRound, MoreHorizontal, Pause, Pencil, Play, Send, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useSend } from '../../app/use-send.ts';
import { locale, text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { Menu, MenuItem, MenuLine } from '../../ui/menu.tsx';
import { absoluteText } from '../../ui/moment-text.ts';
import { SecretDialog } from './secret-dialog.tsx';
import { TestDialog } from './test-dialog.tsx';

/** What can be done with a webhook. */
export function WebhookActions({ webhook }: { webhook: Webhook }) {
  const navigate = useNavigate();
  const [asking, setAsking] = useState<'test' | 'rotate' | 'delete'>();
  const close = () => setAsking(undefined);
  const params = { id: webhook.id };
  const isActive = webhook.status === 'active';
  const update = useSend(updateWebhook, {
    done: (saved) => (saved.status === 'active' ? text.delivery.resumed : text.delivery.paused),
  });
  const rotate = useSend(rotateWebhookSecret, { onDone: close });
  const remove = useSend(deleteWebhook, {
    done: text.delivery.deleted,
    onDone: () => void navigate({ to: '/webhooks' }),
  });
  const setStatus = (status: 'active' | 'paused') =>
    update.mutate({ params, body: { status }, ifMatch: webhook.version });
  return (
    <>
      {isActive ? (
        <Button icon={<Send aria-hidden />} onClick={() => setAsking('test')}>
          {text.delivery.test}
        </Button>
      ) : (
        <Button
          variant="primary"
          icon={<Play aria-hidden />}
          busy={update.isPending}
          onClick={() => setStatus('active')}
        >
          {webhook.status === 'paused' ? text.delivery.resume : text.delivery.enable}
        </Button>
      )}
      <LinkButton to="/webhooks/$id/edit" params={params} icon={<Pencil aria-hidden />}>
        {text.delivery.edit}
      </LinkButton>
      <Menu
        trigger={<Button size="icon" aria-label={text.delivery.more} icon={<MoreHorizontal aria-hidden />} />}
      >
        {isActive ? (
          <MenuItem icon={<Pause aria-hidden />} onSelect={() => setStatus('paused')}>
            {text.delivery.pause}
          </MenuItem>
        ) : null}
        <MenuItem icon={<KeyRound aria-hidden />} onSelect={() => setAsking('rotate')}>
          {text.delivery.rotate}
        </MenuItem>
        <MenuLine />
        <MenuItem icon={<Trash2 aria-hidden />} danger onSelect={() => setAsking('delete')}>
          {text.delivery.delete}
        </MenuItem>
      </Menu>
      {asking === 'test' ? <TestDialog webhook={webhook} onClose={close} /> : null}
      <ConfirmDialog
        open={asking === 'rotate'}
        onOpenChange={(open) => open || close()}
        title={text.delivery.rotateTitle}
        description={text.delivery.rotateConfirmText}
        confirm={text.delivery.rotate}
        danger={false}
        busy={rotate.isPending}
        onConfirm={() => rotate.mutate({ params })}
      />
      <ConfirmDialog
        open={asking === 'delete'}
        onOpenChange={(open) => open || close()}
        title={text.delivery.deleteTitle(webhook.name)}
        description={text.delivery.deleteText}
        confirm={text.delivery.delete}
        busy={remove.isPending}
        onConfirm={() => remove.mutate({ params })}
      />
      {rotate.data === undefined ? null : (
        <SecretDialog
          title={text.delivery.rotatedTitle}
          description={text.delivery.rotatedText(
            absoluteText(new Date(rotate.data.previousValidUntil), locale),
          )}
          secret={rotate.data.secret}
          // The secret leaves the page's memory with the dialog.
          onClose={() => rotate.reset()}
        />
      )}
    </>
  );
}
