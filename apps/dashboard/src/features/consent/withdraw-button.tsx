import { withdrawConsent, type Consent } from '@mortise/contract';
import { Ban } from 'lucide-react';
import { useState } from 'react';
import { useForm } from '../../app/use-form.ts';
import { useSend } from '../../app/use-send.ts';
import { text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { FormError } from '../../ui/form-error.tsx';
import { TextArea } from '../../ui/input.tsx';
import { PersonEmailField } from './person-email-field.tsx';

interface Values {
  reason?: string | undefined;
  email?: string | undefined;
}

/** Withdraws a grant, after asking. */
export function WithdrawButton({ grant }: { grant: Consent }) {
  const [open, setOpen] = useState(false);
  const form = useForm<Values, typeof withdrawConsent.body>(withdrawConsent.body, {
    reason: undefined,
    email: undefined,
  });
  const withdraw = useSend(withdrawConsent, {
    ownError: true,
    done: text.consent.withdrawn,
    also: ['Events'],
    onDone: () => setOpen(false),
  });
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
        busy={form.isBusy}
        onConfirm={form.submit((body) => withdraw.mutateAsync({ params: { id: grant.id }, body }))}
      >
        <div className="flex flex-col gap-4">
          <Field label={text.consent.reason} optional={text.consent.optional} error={form.errors['reason']}>
            {(control) => (
              <TextArea
                {...control}
                rows={3}
                maxLength={1000}
                value={form.values.reason ?? ''}
                onChange={({ target }) =>
                  form.set('reason', target.value.trim() === '' ? undefined : target.value)
                }
              />
            )}
          </Field>
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
