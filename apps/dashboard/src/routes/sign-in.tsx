import { readSetup } from '@mortise/contract';
import { MortiseError } from '@mortise/sdk';
import { useQuery } from '@tanstack/react-query';
import { z } from 'zod';
import { person } from '../app/client.ts';
import { queryClient } from '../app/query-client.ts';
import { useForm } from '../app/use-form.ts';
import { useFilters } from '../app/use-page.ts';
import { Gate } from '../features/tenants/gate.tsx';
import { PasswordField } from '../features/tenants/password-field.tsx';
import { samePagePath } from '../features/tenants/same-page-path.ts';
import { text } from '../messages/index.ts';
import { Button } from '../ui/button.tsx';
import { FormError } from '../ui/form-error.tsx';
import { Notice } from '../ui/notice.tsx';
import { TextField } from '../ui/text-field.tsx';

const login = z.object({ email: z.email().trim(), password: z.string().min(1) });

export function Page() {
  const { next } = useFilters();
  const setup = useQuery({ queryKey: ['setup'], queryFn: () => person.call(readSetup) });
  const form = useForm(login, { email: '', password: '' });
  const isWrong = form.error instanceof MortiseError && form.error.code === 'unauthenticated';
  const enter = form.submit(async (given) => {
    await person.signIn(given);
    queryClient.clear();
    window.location.assign(samePagePath(next));
  });
  return (
    <Gate title={text.tenants.signInTitle}>
      <form onSubmit={enter} noValidate className="flex flex-col gap-4.5">
        {setup.data?.needed === true ? (
          <Notice tone="info" title={text.tenants.setupNeededTitle}>
            {text.tenants.setupNeeded}
          </Notice>
        ) : null}
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
          kind="current"
          value={form.values.password}
          error={form.errors['password']}
          onChange={(value) => form.set('password', value)}
        />
        {isWrong ? <Notice tone="bad">{text.tenants.signInWrong}</Notice> : <FormError error={form.error} />}
        <Button type="submit" variant="primary" busy={form.isBusy} className="mt-1 w-full">
          {text.tenants.signIn}
        </Button>
      </form>
    </Gate>
  );
}
