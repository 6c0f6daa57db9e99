import { createInvitation, roles, type Role } from '@mortise/contract';
import { useState } from 'react';
import { mayAs, useMe } from '../../app/me.ts';
import { useForm } from '../../app/use-form.ts';
import { useSend } from '../../app/use-send.ts';
import { text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { FormError } from '../../ui/form-error.tsx';
import { Input } from '../../ui/input.tsx';
import { Select } from '../../ui/select.tsx';
import { TextField } from '../../ui/text-field.tsx';

const formId = 'invite-form';
const blank: { email: string; role: Role } = { email: '', role: 'developer' };

/** Makes an invitation and shows its link, once. */
export function InviteDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { tenant } = useMe();
  const [ready, setReady] = useState<{ email: string; link: string }>();
  const form = useForm(createInvitation.body, blank);
  const invite = useSend(createInvitation, { ownError: true, onDone: setReady });
  const again = () => {
    setReady(undefined);
    form.reset();
  };
  const close = () => {
    onClose();
    again();
  };

  if (ready !== undefined) {
    return (
      <Dialog
        open={open}
        onOpenChange={close}
        sticky
        title={text.tenants.inviteReadyTitle}
        description={text.tenants.inviteReady(ready.email)}
        footer={
          <>
            <Button onClick={again}>{text.tenants.inviteAgain}</Button>
            <Button variant="primary" onClick={close}>
              {text.tenants.done}
            </Button>
          </>
        }
      >
        <Field label={text.tenants.inviteLink}>
          {(control) => (
            <span className="flex gap-2">
              <Input
                {...control}
                readOnly
                value={ready.link}
                className="font-mono"
                onFocus={(focus) => focus.target.select()}
              />
              <CopyButton value={ready.link} label={text.tenants.copyInviteLink}>
                {text.tenants.copyLink}
              </CopyButton>
            </span>
          )}
        </Field>
      </Dialog>
    );
  }
  return (
    <Dialog
      open={open}
      onOpenChange={close}
      title={text.tenants.inviteTitle}
      description={text.tenants.inviteText}
      footer={
        <>
          <Button onClick={close}>{text.ui.cancel}</Button>
          <Button variant="primary" type="submit" form={formId} busy={form.isBusy}>
            {text.tenants.inviteSubmit}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        noValidate
        onSubmit={form.submit((body) => invite.mutateAsync({ body }))}
        className="flex flex-col gap-4.5"
      >
        <TextField
          label={text.tenants.email}
          name="email"
          type="email"
          autoComplete="off"
          value={form.values.email}
          error={form.errors['email']}
          onChange={(value) => form.set('email', value)}
        />
        <Field
          label={text.tenants.inviteRole}
          hint={text.tenants.roleMeanings[form.values.role]}
          error={form.errors['role']}
        >
          {(control) => (
            <Select<Role>
              {...control}
              value={form.values.role}
              choices={roles
                .filter((role) => mayAs(tenant?.role ?? 'viewer', role))
                .map((role) => ({ value: role, label: text.app.roles[role] }))}
              onChange={(role) => form.set('role', role)}
            />
          )}
        </Field>
        <FormError error={form.error} />
      </form>
    </Dialog>
  );
}
