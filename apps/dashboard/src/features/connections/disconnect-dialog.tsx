import { disconnect, type Connection } from '@mortise/contract';
import { useId, useState } from 'react';
import { useSend } from '../../app/use-send.ts';
import { text } from '../../messages/index.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';

const choices = [
  { value: 'keep', label: text.connections.disconnectKeep, hint: text.connections.disconnectKeepHint },
  { value: 'erase', label: text.connections.disconnectErase, hint: text.connections.disconnectEraseHint },
] as const;

/** Asks before an account is disconnected, and what becomes of its records. */
export function DisconnectDialog({
  connection,
  open,
  onClose,
}: {
  connection: Connection;
  open: boolean;
  onClose: () => void;
}) {
  const id = useId();
  const [records, setRecords] = useState<'keep' | 'erase'>('keep');
  const end = useSend(disconnect, { done: text.connections.disconnected, also: ['Syncs'], onDone: onClose });
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={(next) => next || onClose()}
      title={text.connections.disconnectTitle(connection.accountName)}
      description={text.connections.disconnectText}
      confirm={text.connections.disconnect}
      busy={end.isPending}
      onConfirm={() => end.mutate({ params: { id: connection.id }, query: { records } })}
    >
      <fieldset className="flex flex-col gap-2.5">
        <legend className="mb-2 font-medium">{text.connections.disconnectRecords}</legend>
        {choices.map(({ value, label, hint }) => (
          <label key={value} htmlFor={`${id}-${value}`} className="flex items-start gap-2.5">
            <input
              id={`${id}-${value}`}
              type="radio"
              name={id}
              className="mt-1 size-4 shrink-0 accent-accent"
              checked={records === value}
              onChange={() => setRecords(value)}
            />
            <span>
              {label}
              <span className="block text-sm text-ink-faint">{hint}</span>
            </span>
          </label>
        ))}
      </fieldset>
    </ConfirmDialog>
  );
}
