import {
  deleteSource,
  rotateSourceSecret,
  rotateSourceToken,
  updateSource,
  type Source,
} from '@mortise/contract';
import { useNavigate } from '@tanstack/react-router';
import { History, KeyRound, Link2, MoreHorizontal, Pause, Pencil, Play, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useSend } from '../../app/use-send.ts';
import { locale, text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Menu, MenuItem, MenuLine } from '../../ui/menu.tsx';
import { absoluteText } from '../../ui/moment-text.ts';
import { ReceiptReplayDialog } from './receipt-replay-dialog.tsx';
import { ShownOnceDialog } from './shown-once-dialog.tsx';
import { SourceDialog } from './source-dialog.tsx';

/** What can be done with a source. */
export function SourceActions({ source }: { source: Source }) {
  const navigate = useNavigate();
  const [asking, setAsking] = useState<'edit' | 'rotate' | 'url' | 'replay' | 'delete'>();
  const close = () => setAsking(undefined);
  const params = { id: source.id };
  const isActive = source.status === 'active';
  const update = useSend(updateSource, {
    done: (saved) => (saved.status === 'active' ? text.ingest.resumed : text.ingest.paused),
  });
  const rotate = useSend(rotateSourceSecret, { onDone: close });
  const rotateUrl = useSend(rotateSourceToken, { done: text.ingest.urlRotated, onDone: close });
  const remove = useSend(deleteSource, {
    done: text.ingest.deleted,
    onDone: () => void navigate({ to: '/sources' }),
  });
  const setStatus = (status: 'active' | 'paused') =>
    update.mutate({ params, body: { status }, ifMatch: source.version });
  const hasSecret = source.secrets.length > 0;
  return (
    <>
      {isActive ? null : (
        <Button
          variant="primary"
          icon={<Play aria-hidden />}
          busy={update.isPending}
          onClick={() => setStatus('active')}
        >
          {text.ingest.resume}
        </Button>
      )}
      <Button icon={<Pencil aria-hidden />} onClick={() => setAsking('edit')}>
        {text.ingest.edit}
      </Button>
      <Menu
        trigger={<Button size="icon" aria-label={text.ingest.more} icon={<MoreHorizontal aria-hidden />} />}
      >
        {isActive ? (
          <MenuItem icon={<Pause aria-hidden />} onSelect={() => setStatus('paused')}>
            {text.ingest.pause}
          </MenuItem>
        ) : null}
        {hasSecret ? (
          <MenuItem icon={<KeyRound aria-hidden />} onSelect={() => setAsking('rotate')}>
            {text.ingest.rotate}
          </MenuItem>
        ) : null}
        {source.integrationId === null ? (
          <MenuItem icon={<Link2 aria-hidden />} onSelect={() => setAsking('url')}>
            {text.ingest.rotateUrl}
          </MenuItem>
        ) : null}
        <MenuItem icon={<History aria-hidden />} onSelect={() => setAsking('replay')}>
          {text.ingest.replayMany}
        </MenuItem>
        <MenuLine />
        <MenuItem icon={<Trash2 aria-hidden />} danger onSelect={() => setAsking('delete')}>
          {text.ingest.delete}
        </MenuItem>
      </Menu>
      {asking === 'edit' ? <SourceDialog source={source} onClose={close} /> : null}
      <ConfirmDialog
        open={asking === 'rotate'}
        onOpenChange={(open) => open || close()}
        title={text.ingest.rotateTitle}
        description={text.ingest.rotateConfirm}
        confirm={text.ingest.rotate}
        danger={false}
        busy={rotate.isPending}
        onConfirm={() => rotate.mutate({ params, body: {} })}
      />
      <ConfirmDialog
        open={asking === 'url'}
        onOpenChange={(open) => open || close()}
        title={text.ingest.rotateUrlTitle}
        description={text.ingest.rotateUrlConfirm}
        confirm={text.ingest.rotateUrl}
        busy={rotateUrl.isPending}
        onConfirm={() => rotateUrl.mutate({ params })}
      />
      {asking === 'replay' ? <ReceiptReplayDialog source={source} onClose={close} /> : null}
      <ConfirmDialog
        open={asking === 'delete'}
        onOpenChange={(open) => open || close()}
        title={text.ingest.deleteTitle(source.name)}
        description={text.ingest.deleteText}
        confirm={text.ingest.delete}
        busy={remove.isPending}
        onConfirm={() => remove.mutate({ params })}
      />
      {rotate.data === undefined ? null : (
        <ShownOnceDialog
          title={text.ingest.rotatedTitle}
          description={text.ingest.rotatedText(
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
