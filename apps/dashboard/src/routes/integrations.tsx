import { listIntegrations, type Provider } from '@mortise/contract';
import { useNavigate } from '@tanstack/react-router';
import { useMay } from '../app/me.ts';
import { useFilters } from '../app/use-page.ts';
import { usePages } from '../app/use-read.ts';
import { ConnectNotice } from '../features/connections/connect-notice.tsx';
import { CreateIntegrationDialog } from '../features/connections/create-integration-dialog.tsx';
import { IntegrationTable } from '../features/connections/integration-table.tsx';
import { ProviderGallery } from '../features/connections/provider-gallery.tsx';
import { useConnectAccount } from '../features/connections/use-connect-account.tsx';
import { useConnectOutcome } from '../features/connections/use-connect-outcome.ts';
import { useProviders } from '../features/connections/use-providers.ts';
import { text } from '../messages/index.ts';
import { Card } from '../ui/card.tsx';
import { ListBody } from '../ui/list-body.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { ReadBody } from '../ui/read-body.tsx';

export function Page() {
  const { add } = useFilters();
  const navigate = useNavigate();
  const { read: providers, find } = useProviders();
  const integrations = usePages(listIntegrations, { query: { limit: 200 } });
  const outcome = useConnectOutcome();
  const { connect, isBusy, dialog } = useConnectAccount();
  const open = (provider: Provider | undefined) =>
    void navigate({ to: '/integrations', search: { add: provider?.id }, replace: true });
  const mayConfigure = useMay('admin');
  const adding = add === undefined || !mayConfigure ? undefined : find(add);
  const isEmpty = !integrations.isPending && integrations.rows.length === 0;
  const failed = outcome?.kind === 'failed' ? outcome : undefined;
  // Where it is not said with which integration it began, it is clear when there is only one of that provider.
  const ofProvider = integrations.rows.filter((one) => one.provider === failed?.provider);
  const only = ofProvider.length === 1 ? ofProvider[0] : undefined;

  return (
    <>
      <PageHeader
        title={text.app.pages.integrations}
        description={isEmpty ? text.connections.leadEmpty : text.connections.lead}
      />
      <div className="flex flex-col gap-6">
        {failed === undefined ? null : (
          <ConnectNotice
            failure={failed.failure}
            retryAfterSeconds={failed.retryAfterSeconds}
            provider={failed.provider === undefined ? undefined : find(failed.provider)?.name}
            busy={isBusy}
            onRetry={
              only &&
              (() =>
                connect({
                  provider: only.provider,
                  integrationId: only.id,
                  environment: only.environment,
                }))
            }
            onSettings={only && (() => void navigate({ to: '/integrations/$id', params: { id: only.id } }))}
          />
        )}
        {isEmpty && integrations.error == null ? null : (
          <Card title={text.connections.mineTitle} flush>
            <ListBody pages={integrations} empty={null}>
              {(rows) => <IntegrationTable rows={rows} />}
            </ListBody>
          </Card>
        )}
        <section aria-labelledby="gallery">
          <h2 id="gallery" className="mb-3 text-lg font-semibold">
            {text.connections.galleryTitle}
          </h2>
          <ReadBody read={providers}>
            {({ data }) => (
              <ProviderGallery providers={data} integrations={integrations.rows} onConfigure={open} />
            )}
          </ReadBody>
        </section>
      </div>
      {dialog}
      {adding === undefined ? null : (
        <CreateIntegrationDialog
          key={adding.id}
          provider={adding}
          onClose={() => open(undefined)}
          onCreated={({ id }) => void navigate({ to: '/integrations/$id', params: { id } })}
        />
      )}
    </>
  );
}
