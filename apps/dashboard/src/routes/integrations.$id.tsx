import { deleteIntegration, readIntegration, type Integration } from '@mortise/contract';
import { Navigate, useNavigate } from '@tanstack/react-router';
import { PlugZap } from 'lucide-react';
import { useRef, useState } from 'react';
import { useMay } from '../app/me.ts';
import { useFilters, useId } from '../app/use-page.ts';
import { useRead } from '../app/use-read.ts';
import { useSend } from '../app/use-send.ts';
import { AccountSection } from '../features/connections/account-section.tsx';
import { ConnectNotice } from '../features/connections/connect-notice.tsx';
import { EnvironmentBadge } from '../features/connections/environment-badge.tsx';
import { IntegrationForm } from '../features/connections/integration-form.tsx';
import { chooseAccount, lastAccount } from '../features/connections/last-account.ts';
import { useAccounts } from '../features/connections/use-accounts.ts';
import { useConnectAccount } from '../features/connections/use-connect-account.tsx';
import { useConnectOutcome } from '../features/connections/use-connect-outcome.ts';
import { useProviders } from '../features/connections/use-providers.ts';
import { IntegrationWebhook } from '../features/ingest/integration-webhook.tsx';
import { text } from '../messages/index.ts';
import { BackLink } from '../ui/back-link.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Notice } from '../ui/notice.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { ProviderLogo } from '../ui/provider-logo.tsx';
import { ReadBody } from '../ui/read-body.tsx';

export function Page() {
  const integration = useRead(readIntegration, { params: { id: useId() } });
  return (
    <ReadBody read={integration}>
      {(found) => <IntegrationPage key={found.id} integration={found} />}
    </ReadBody>
  );
}

function IntegrationPage({ integration }: { integration: Integration }) {
  const { id, environment } = integration;
  const { read: providers, find, nameOf } = useProviders();
  const provider = find(integration.provider);
  const { read: connections, accounts, hasMore } = useAccounts(id);
  const { account: asked } = useFilters();
  const chosen = chooseAccount(accounts, asked, lastAccount(id));
  const { connect, isBusy, dialog } = useConnectAccount();
  const connectHere = () => connect({ provider: integration.provider, integrationId: id, environment });
  const outcome = useConnectOutcome();
  const mayConfigure = useMay('admin');
  const mayConnect = useMay('developer');
  const settings = useRef<HTMLDivElement>(null);

  const by = provider?.connectsBy ?? 'consent';
  const isReady =
    by === 'entry' ||
    // Its dialog asks for the client, of those who may set it.
    (by === 'client' && mayConfigure) ||
    environment === 'sandbox' ||
    (integration.clientId !== null && integration.hasClientSecret);
  const connectButton = mayConnect ? (
    <Button
      variant="primary"
      icon={<PlugZap aria-hidden />}
      busy={isBusy}
      disabled={!isReady}
      onClick={connectHere}
    >
      {integration.connectionCount === 0 ? text.connections.connect : text.connections.connectAnother}
    </Button>
  ) : undefined;

  // One past those that are listed here has its page all the same.
  if (hasMore && asked !== undefined && chosen?.id !== asked) {
    return <Navigate to="/connections/$id" params={{ id: asked }} replace />;
  }
  return (
    <>
      <PageHeader
        title={integration.name}
        mark={<ProviderLogo logo={provider?.logo} name={nameOf(integration.provider)} size="lg" />}
        status={<EnvironmentBadge environment={environment} />}
        description={
          environment === 'sandbox'
            ? text.connections.sandboxShort(nameOf(integration.provider))
            : nameOf(integration.provider)
        }
        back={<BackLink to="/integrations">{text.app.pages.integrations}</BackLink>}
        actions={chosen === undefined ? undefined : connectButton}
      />
      {dialog}
      <div className="flex flex-col gap-5">
        {outcome?.kind === 'failed' ? (
          <ConnectNotice
            failure={outcome.failure}
            retryAfterSeconds={outcome.retryAfterSeconds}
            provider={nameOf(integration.provider)}
            busy={isBusy}
            onRetry={mayConnect ? connectHere : undefined}
            onSettings={() => {
              settings.current?.scrollIntoView({ block: 'start' });
              settings.current?.querySelector('input')?.focus({ preventScroll: true });
            }}
          />
        ) : null}
        {!isReady ? (
          <Notice tone="info" title={text.connections.integrationMissingClient}>
            {text.connections.integrationMissingClientText(nameOf(integration.provider))}
          </Notice>
        ) : null}
        <ReadBody read={connections}>
          {() =>
            chosen === undefined ? (
              <Card>
                <EmptyState
                  icon={<PlugZap />}
                  title={text.connections.connectionsOfEmptyTitle}
                  description={{
                    consent: text.connections.connectionsOfEmpty,
                    entry: text.connections.connectionsOfEmptyFields,
                    client: text.connections.connectionsOfEmptyClient,
                  }[by](nameOf(integration.provider))}
                  action={connectButton}
                />
              </Card>
            ) : (
              <AccountSection
                key={chosen.id}
                integration={integration}
                accounts={accounts}
                hasMore={hasMore}
                chosen={chosen}
                onConnect={mayConnect && isReady ? connectHere : undefined}
              />
            )
          }
        </ReadBody>
        {provider?.receivesWebhooks === true ? (
          <IntegrationWebhook integration={integration} provider={provider.name} />
        ) : null}
        {mayConfigure ? (
          <div ref={settings} className="scroll-mt-16">
            <Card title={text.connections.settingsTitle}>
              <ReadBody read={providers}>
                {() => <IntegrationForm integration={integration} provider={provider} />}
              </ReadBody>
              <DeleteIntegration integration={integration} />
            </Card>
          </div>
        ) : null}
      </div>
    </>
  );
}

function DeleteIntegration({ integration }: { integration: Integration }) {
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const remove = useSend(deleteIntegration, {
    done: text.connections.deleted,
    onDone: () => void navigate({ to: '/integrations' }),
  });
  const isBlocked = integration.connectionCount > 0;
  return (
    <div className="mt-6 flex flex-wrap items-center gap-3 border-t pt-4.5">
      <Button variant="danger" disabled={isBlocked} onClick={() => setAsking(true)}>
        {text.connections.deleteIntegration}
      </Button>
      {isBlocked ? <p className="text-sm text-ink-faint">{text.connections.deleteBlocked}</p> : null}
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={text.connections.deleteTitle(integration.name)}
        description={text.connections.deleteText}
        confirm={text.connections.deleteIntegration}
        busy={remove.isPending}
        onConfirm={() => remove.mutate({ params: { id: integration.id } })}
      />
    </div>
  );
}
