import { readTenant, updateTenant, type Tenant } from '@mortise/contract';
import { useQueryClient } from '@tanstack/react-query';
import { meOptions, useMay } from '../../app/me.ts';
import { useForm } from '../../app/use-form.ts';
import { useRead } from '../../app/use-read.ts';
import { useSend } from '../../app/use-send.ts';
import { text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Facts } from '../../ui/facts.tsx';
import { FormError } from '../../ui/form-error.tsx';
import { IdText } from '../../ui/id-text.tsx';
import { ReadBody } from '../../ui/read-body.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { TextField } from '../../ui/text-field.tsx';

/** The organisation's name and ids. */
export function OrganisationCard() {
  const tenant = useRead(readTenant, {});
  const isAdmin = useMay('admin');
  return (
    <Card title={text.settings.organisationTitle} description={text.settings.organisationLead}>
      <ReadBody read={tenant} waiting={<SkeletonRows rows={3} />}>
        {(found) => (
          <>
            {isAdmin ? <NameForm key={found.version} tenant={found} /> : null}
            <Facts
              rows={[
                [text.settings.name, isAdmin ? null : found.name],
                [text.settings.id, <IdText key="id" value={found.id} />],
                [text.settings.externalId, found.externalId],
                [text.settings.created, <RelativeTime key="created" at={found.createdAt} />],
              ]}
            />
          </>
        )}
      </ReadBody>
    </Card>
  );
}

function NameForm({ tenant }: { tenant: Tenant }) {
  const queryClient = useQueryClient();
  const form = useForm(updateTenant.body, { name: tenant.name });
  const rename = useSend(updateTenant, {
    done: text.settings.saved,
    ownError: true,
    onDone: () => void queryClient.invalidateQueries({ queryKey: meOptions.queryKey }),
  });
  const isChanged = form.values.name.trim() !== tenant.name;
  return (
    <form
      noValidate
      onSubmit={form.submit((body) => rename.mutateAsync({ body, ifMatch: tenant.version }))}
      className="mb-4 flex flex-col gap-3"
    >
      <div className="flex items-start gap-2">
        <div className="flex-1">
          <TextField
            label={text.settings.name}
            name="organisation"
            autoComplete="off"
            value={form.values.name}
            error={form.errors['name']}
            onChange={(value) => form.set('name', value)}
          />
        </div>
        <Button type="submit" variant="primary" className="mt-7" disabled={!isChanged} busy={form.isBusy}>
          {text.ui.save}
        </Button>
      </div>
      <FormError error={form.error} />
    </form>
  );
}
