import { disconnect, listSyncs, type Connection } from '@mortise/contract';
import { useId, useState } from 'react';
import { useRead } from '../../app/use-read.ts';
import { useSend } from '../../app/use-send.ts';
import { text } from '../../messages/index.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { accountTitle } from './account-title.ts';
import { useProviders } from './use-providers.ts';

interface DisconnectDialogProps {
  connection: Connection;
  open: boolean;
  onClose: () => void;
}

/** Asks before an account is disconnected, and what becomes of its records; once it is, only whether to erase them. */
export function DisconnectDialog({ connection, open, onClose }: DisconnectDialogProps) {
  const { id, provider, status } = connection;
  const accountName = accountTitle(connection);
  const { nameOf } = useProviders();
  const [records, setRecords] = useState<'keep' | 'erase'>('keep');
  const syncs = useRead(listSyncs, { query: { connectionId: id, limit: 200 } }, { enabled: open });
  const recordCount = syncs.data?.data.reduce((sum, sync) => sum + sync.recordCount, 0);
  const syncCount = syncs.data?.data.length ?? 0;
  const isOver = status === 'disconnected';
  const fate = isOver ? 'erase' : records;
  const done = isOver
    ? text.connections.erased(accountName)
    : fate === 'keep'
      ? text.connections.disconnected(accountName)
      : text.connections.disconnectedErased(accountName, recordCount);
  const end = useSend(disconnect, { done, also: ['Syncs'], onDone: onClose });
  const eraseHint = text.connections.disconnectEraseHint(recordCount, syncCount);
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={(next) => next || onClose()}
      title={
        isOver ? text.connections.eraseTitle(accountName) : text.connections.disconnectTitle(accountName)
      }
      description={isOver ? text.connections.eraseText : text.connections.disconnectText(nameOf(provider))}
      confirm={
        isOver
          ? text.connections.eraseRecords
          : fate === 'keep'
            ? text.connections.disconnect
            : text.connections.disconnectAndErase
      }
      busy={end.isPending}
      onConfirm={() => end.mutate({ params: { id }, query: { records: fate } })}
    >
      {isOver ? (
        <p className="text-ink-soft">{eraseHint}</p>
      ) : (
        <fieldset className="flex flex-col gap-2.5">
          <legend className="mb-2 font-medium">{text.connections.disconnectRecords}</legend>
          <Choice
            label={text.connections.disconnectKeep}
            hint={text.connections.disconnectKeepHint(recordCount)}
            checked={records === 'keep'}
            onChoose={() => setRecords('keep')}
          />
          <Choice
            label={text.connections.disconnectErase}
            hint={eraseHint}
            checked={records === 'erase'}
            onChoose={() => setRecords('erase')}
          />
        </fieldset>
      )}
    </ConfirmDialog>
  );
}

interface ChoiceProps {
  label: string;
  hint: string;
  checked: boolean;
  onChoose: () => void;
}

function Choice({ label, hint, checked, onChoose }: ChoiceProps) {
  const id = useId();
  return (
    <label htmlFor={id} className="flex items-start gap-2.5">
      <input
        id={id}
        type="radio"
        name="records"
        className="mt-1 size-4 shrink-0 accent-accent"
        checked={checked}
        onChange={onChoose}
      />
      <span>
        {label}
        <span className="figures block text-sm text-ink-faint">{hint}</span>
      </span>
    </label>
  );
}
