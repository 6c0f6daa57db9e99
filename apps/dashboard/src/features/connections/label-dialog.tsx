import { updateConnection, type Connection } from '@mortise/contract';
import { useState } from 'react';
import { useForm } from '../../app/use-form.ts';
import { useSend } from '../../app/use-send.ts';
import { text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { FormError } from '../../ui/form-error.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { metadataOf, metadataProblems, type MetadataRow } from './metadata-problems.ts';
import { MetadataRows } from './metadata-rows.tsx';

const formId = 'account-label-form';

interface Values {
  label: string | null;
  metadata: Record<string, string>;
}

/** The tenant's own name for an account, and its notes. A reconnection keeps both. */
export function LabelDialog({ connection, onClose }: { connection: Connection; onClose: () => void }) {
  // The version that the fields were filled from, and not the one that has been read since.
  const [version] = useState(connection.version);
  const [rows, setRows] = useState<readonly MetadataRow[]>(() =>
    Object.entries(connection.metadata).map(([key, value]) => ({ key, value })),
  );
  const [hasTried, setTried] = useState(false);
  const form = useForm<Values, typeof updateConnection.body>(updateConnection.body, {
    label: connection.label,
    metadata: connection.metadata,
  });
  const save = useSend(updateConnection, {
    ownError: true,
    done: text.connections.labelSaved,
    onDone: onClose,
  });
  const problems = metadataProblems(rows);
  const submit = form.submit((body) =>
    // What is twice there would be lost: it is told beside its row, and nothing is sent.
    problems.some((problem) => problem !== undefined)
      ? undefined
      : save.mutateAsync({ params: { id: connection.id }, body, ifMatch: version }),
  );
  return (
    <Dialog
      open
      sticky
      onOpenChange={onClose}
      title={text.connections.labelTitle}
      description={text.connections.labelText}
      footer={
        <>
          <Button onClick={onClose}>{text.ui.cancel}</Button>
          <Button variant="primary" type="submit" form={formId} busy={form.isBusy}>
            {text.ui.save}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        noValidate
        className="flex flex-col gap-4.5"
        onSubmit={(event) => {
          setTried(true);
          submit(event);
        }}
      >
        <TextField
          label={text.connections.label}
          hint={text.connections.labelHint(connection.accountName)}
          name="account-label"
          autoComplete="off"
          value={form.values.label ?? ''}
          error={form.errors['label']}
          onChange={(label) => form.set('label', label.trim() === '' ? null : label)}
        />
        <MetadataRows
          rows={rows}
          onChange={(next) => {
            setRows(next);
            form.set('metadata', metadataOf(next));
          }}
          errors={rows.map(({ key }, at) => {
            const problem = hasTried ? problems[at] : undefined;
            return problem === undefined
              ? form.errors[`metadata.${key}`]
              : text.connections.noteProblems[problem];
          })}
          error={form.errors['metadata']}
        />
        <FormError error={form.error} />
      </form>
    </Dialog>
  );
}
