import { acceptInvitation, lookUpInvitation, type RouteOutput } from '@mortise/contract';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { z } from 'zod';
import { person } from '../app/client.ts';
import { linkToken } from '../app/link-token.ts';
import { queryClient } from '../app/query-client.ts';
import { storeTenant } from '../app/session.ts';
import { useForm } from '../app/use-form.ts';
import { Gate } from '../features/tenants/gate.tsx';
import { PasswordField } from '../features/tenants/password-field.tsx';
import { text } from '../messages/index.ts';
import { Button } from '../ui/button.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { FormError } from '../ui/form-error.tsx';
import { Notice } from '../ui/notice.tsx';
import { SkeletonPage } from '../ui/skeleton.tsx';
import { TextField } from '../ui/text-field.tsx';

export function Page() {
  const [token] = useState(() => linkToken(window.location.hash));
  const found = useQuery({
    queryKey: ['invitation', token],
    enabled: token !== undefined,
    queryFn: () => person.call(lookUpInvitation, { body: { token: token ?? '' } }),
  });
  if (token === undefined) {
    return (
      <Gate title={text.tenants.setupNoTokenTitle} lead={text.tenants.invitationNoToken}>
        {null}
      </Gate>
    );
  }
  if (found.data === undefined) {
    return (
      <Gate title={text.tenants.invitationPage}>
        {found.error === null ? (
          <SkeletonPage />
        ) : (
          <ErrorState error={found.error} onRetry={() => void found.refetch()} />
        )}
      </Gate>
    );
  }
  const { tenantName, email, role } = found.data;
  return (
    <Gate
      title={text.tenants.invitationTitle(tenantName)}
      lead={text.tenants.invitationLead(email, text.app.roles[role])}
    >
      <AcceptForm token={token} invitation={found.data} />
    </Gate>
  );
}

/** Someone new gives a name and makes a password; someone with an account proves it by its password. */
const accountless = acceptInvitation.body.required({ name: true });
const withAccount = acceptInvitation.body
  .omit({ name: true })
  .extend({ password: z.string().min(1).max(128) });

function AcceptForm({
  token,
  invitation,
}: {
  token: string;
  invitation: RouteOutput<typeof lookUpInvitation>;
}) {
  const { hasAccount, email } = invitation;
  const form = useForm(hasAccount ? withAccount : accountless, { token, name: '', password: '' });
  const accept = form.submit(async (body) => {
    const { tenantId } = await person.call(acceptInvitation, { body });
    await person.signIn({ email, password: body.password });
    storeTenant(tenantId);
    queryClient.clear();
    window.location.assign('/');
  });
  return (
    <form onSubmit={accept} noValidate className="flex flex-col gap-4.5">
      {hasAccount ? (
        <Notice tone="info">{text.tenants.invitationHasAccount}</Notice>
      ) : (
        <TextField
          label={text.tenants.yourName}
          name="name"
          autoComplete="name"
          value={form.values.name}
          error={form.errors['name']}
          onChange={(value) => form.set('name', value)}
        />
      )}
      <input type="hidden" name="email" autoComplete="username" value={email} />
      <PasswordField
        kind={hasAccount ? 'current' : 'new'}
        value={form.values.password}
        error={form.errors['password']}
        onChange={(value) => form.set('password', value)}
      />
      <FormError error={form.error} />
      <Button type="submit" variant="primary" busy={form.isBusy} className="mt-1 w-full">
        {text.tenants.invitationSubmit}
      </Button>
    </form>
  );
}
