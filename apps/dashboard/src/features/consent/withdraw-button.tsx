import { withdrawConsent, type Consent } from '@mortise/contract';
import { Ban } from 'lucide-react';
import { useState } from 'react';
import { useSend } from '../../app/use-send.ts';
import { text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { TextArea } from '../../ui/input.tsx';

/** Withdraws a grant, after asking. */
export function WithdrawButton({ grant }: { grant: Consent }) {
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const withdraw = useSend(withdrawConsent, {
    done: text.consent.withdrawn,
    also: ['Events'],
    onDone: () => setOpen(false),
  });
  const given = reason.trim();
  return (
    <>
      <Button variant="danger" icon={<Ban aria-hidden />} onClick={() => setOpen(true)}>
        {text.consent.withdraw}
      </Button>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title={text.consent.withdrawTitle}
        description={text.consent.withdrawText}
        confirm={text.consent.withdraw}
        busy={withdraw.isPending}
        onConfirm={() =>
          withdraw.mutate({ params: { id: grant.id }, body: given === '' ? {} : { reason: given } })
        }
      >
        <Field label={text.consent.reason} optional={text.consent.optional}>
          {(control) => (
            <TextArea
              {...control}
              rows={3}
              maxLength={1000}
              value={reason}
              onChange={({ target }) => setReason(target.value)}
            />
          )}
        </Field>
      </ConfirmDialog>
    </>
  );
}
