import { deleteSync, startRun, updateSync, type Sync } from '@mortise/contract';
import { useNavigate } from '@tanstack/react-router';
import { CalendarClock, Database, MoreHorizontal, Pause, Play, RotateCcw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useSend } from '../../app/use-send.ts';
import { text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Menu, MenuItem, MenuLine } from '../../ui/menu.tsx';
import { ScheduleDialog } from './schedule-dialog.tsx';

interface SyncMenuProps {
  sync: Sync;
  /** What the resource is called. */
  label: string;
  /** The account no longer takes calls: nothing can be run. */
  isOffline: boolean;
}

/** What can be done with a sync. */
export function SyncMenu({ sync, label, isOffline }: SyncMenuProps) {
  const navigate = useNavigate();
  const [asking, setAsking] = useState<'schedule' | 'delete'>();
  const run = useSend(startRun, { onDone: ({ id }) => void navigate({ to: '/runs/$id', params: { id } }) });
  const update = useSend(updateSync, {
    done: (saved) => (saved.status === 'paused' ? text.sync.pausedToast : text.sync.resumedToast),
  });
  const remove = useSend(deleteSync, { done: text.sync.deleted, onDone: () => setAsking(undefined) });
  const params = { id: sync.id };
  const { connectionId, resource, status, version } = sync;
  return (
    <>
      <Menu
        trigger={
          <Button
            variant="ghost"
            size="icon"
            className="relative z-10"
            aria-label={text.sync.menuOf(label)}
            icon={<MoreHorizontal aria-hidden />}
          />
        }
      >
        <MenuItem
          icon={<Play aria-hidden />}
          disabled={isOffline || run.isPending}
          onSelect={() => run.mutate({ params, body: { mode: 'incremental' } })}
        >
          {text.sync.runNow}
        </MenuItem>
        <MenuItem
          icon={<RotateCcw aria-hidden />}
          disabled={isOffline || run.isPending}
          onSelect={() => run.mutate({ params, body: { mode: 'full' } })}
        >
          {text.sync.runFull}
        </MenuItem>
        <MenuItem
          icon={<Database aria-hidden />}
          onSelect={() => void navigate({ to: '/records', search: { connectionId, resource } })}
        >
          {text.sync.showRecords}
        </MenuItem>
        <MenuLine />
        <MenuItem icon={<CalendarClock aria-hidden />} onSelect={() => setAsking('schedule')}>
          {text.sync.changeSchedule}
        </MenuItem>
        {status === 'active' ? (
          <MenuItem
            icon={<Pause aria-hidden />}
            onSelect={() => update.mutate({ params, body: { status: 'paused' }, ifMatch: version })}
          >
            {text.sync.pause}
          </MenuItem>
        ) : (
          <MenuItem
            icon={<Play aria-hidden />}
            onSelect={() => update.mutate({ params, body: { status: 'active' }, ifMatch: version })}
          >
            {text.sync.resume}
          </MenuItem>
        )}
        <MenuLine />
        <MenuItem icon={<Trash2 aria-hidden />} danger onSelect={() => setAsking('delete')}>
          {text.sync.delete}
        </MenuItem>
      </Menu>
      {asking === 'schedule' ? (
        <ScheduleDialog sync={sync} label={label} onClose={() => setAsking(undefined)} />
      ) : null}
      <ConfirmDialog
        open={asking === 'delete'}
        onOpenChange={(open) => open || setAsking(undefined)}
        title={text.sync.deleteTitle(label)}
        description={text.sync.deleteText}
        confirm={text.sync.delete}
        busy={remove.isPending}
        onConfirm={() => remove.mutate({ params })}
      />
    </>
  );
}
