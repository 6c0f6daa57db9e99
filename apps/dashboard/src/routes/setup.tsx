import { completeSetup, readSetup } from '@mortise/contract';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { person } from '../app/client.ts';
import { linkToken } from '../app/link-token.ts';
import { queryClient } from '../app/query-client.ts';
import { storeTenant } from '../app/session.ts';
import { useForm } from '../app/use-form.ts';
import { Gate } from '../features/tenants/gate.tsx';
import { PasswordField } from '../features/tenants/password-field.tsx';
import { text } from '../messages/index.ts';
import { Button } from '../ui/button.tsx';
import { FormError } from '../ui/form-error.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { TextField } from '../ui/text-field.tsx';

export function Page() {
  const [token] = useState(() => linkToken(window.location.hash));
  const setup = useQuery({ queryKey: ['setup'], queryFn: () => person.call(readSetup) });
  const toSignIn = (
    <LinkButton to="/sign-in" variant="primary">
      {text.tenants.toSignIn}
    </LinkButton>
  );
  if (setup.data?.needed === false) {
    return (
      <Gate title={text.tenants.setupDoneTitle} lead={text.tenants.setupDone}>
        {toSignIn}
      </Gate>
    );
  }
  if (token === undefined) {
    return (
      <Gate title={text.tenants.setupNoTokenTitle} lead={text.tenants.setupNoToken}>
        {toSignIn}
      </Gate>
    );
  }
  return (
    <Gate title={text.tenants.setupTitle} lead={text.tenants.setupLead}>
      <SetupForm token={token} />
    </Gate>
  );
}

function SetupForm({ token }: { token: string }) {
  const form = useForm(completeSetup.body, { token, name: '', email: '', organisation: '', password: '' });
  const create = form.submit(async (body) => {
    const { tenantId } = await person.call(completeSetup, { body });
    await person.signIn({ email: body.email, password: body.password });
    storeTenant(tenantId);
    queryClient.clear();
    window.location.assign('/');
  });
  return (
    <form onSubmit={create} noValidate className="flex flex-col gap-4.5">
      <TextField
        label={text.tenants.yourName}
        name="name"
        autoComplete="name"
        value={form.values.name}
        error={form.errors['name']}
        onChange={(value) => form.set('name', value)}
      />
      <TextField
        label={text.tenants.organisationName}
        hint={text.tenants.organisationHint}
        name="organisation"
        autoComplete="organization"
        value={form.values.organisation}
        error={form.errors['organisation']}
        onChange={(value) => form.set('organisation', value)}
      />
      <TextField
        label={text.tenants.email}
        name="email"
        type="email"
        autoComplete="username"
        value={form.values.email}
        error={form.errors['email']}
        onChange={(value) => form.set('email', value)}
      />
      <PasswordField
        kind="new"
        value={form.values.password}
        error={form.errors['password']}
        onChange={(value) => form.set('password', value)}
      />
      <FormError error={form.error} />
      <Button type="submit" variant="primary" busy={form.isBusy} className="mt-1 w-full">
        {text.tenants.setupSubmit}
      </Button>
    </form>
  );
}
