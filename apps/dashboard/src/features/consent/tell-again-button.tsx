import { tellWithdrawal } from '@mortise/contract';
import { Send } from 'lucide-react';
import { useState } from 'react';
import { useForm } from '../../app/use-form.ts';
import { useSend } from '../../app/use-send.ts';
import { text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { FormError } from '../../ui/form-error.tsx';
import { PersonEmailField } from './person-email-field.tsx';

interface Values {
  email?: string | undefined;
}

/** Tells those again who could not be told of a withdrawal, with the person's address where that was missing. */
export function TellAgainButton({ consentId }: { consentId: string }) {
  const [open, setOpen] = useState(false);
  const form = useForm<Values, typeof tellWithdrawal.body>(tellWithdrawal.body, { email: undefined });
  const tell = useSend(tellWithdrawal, {
    ownError: true,
    done: text.consent.tellingAgain,
    onDone: () => setOpen(false),
  });
  return (
    <>
      <Button size="sm" icon={<Send aria-hidden />} onClick={() => setOpen(true)}>
        {text.consent.tellAgain}
      </Button>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title={text.consent.tellAgainTitle}
        description={text.consent.tellAgainText}
        confirm={text.consent.tellAgain}
        danger={false}
        busy={form.isBusy}
        onConfirm={form.submit((body) => tell.mutateAsync({ params: { id: consentId }, body }))}
      >
        <div className="flex flex-col gap-4">
          <PersonEmailField
            value={form.values.email}
            error={form.errors['email']}
            onChange={(email) => form.set('email', email)}
          />
          <FormError error={form.error} />
        </div>
      </ConfirmDialog>
    </>
  );
}
