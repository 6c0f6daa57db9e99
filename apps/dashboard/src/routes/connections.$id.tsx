import { readConnection, readIntegration, type Connection } from '@mortise/contract';
import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useFilters, useId } from '../app/use-page.ts';
import { useRead } from '../app/use-read.ts';
import { accountTitle } from '../features/connections/account-title.ts';
import { AccountSwitcher } from '../features/connections/account-switcher.tsx';
import { ConnectNotice } from '../features/connections/connect-notice.tsx';
import { ConnectionPill } from '../features/connections/connection-pill.tsx';
import { EnvironmentBadge } from '../features/connections/environment-badge.tsx';
import { rememberAccount } from '../features/connections/last-account.ts';
import { useAccount } from '../features/connections/use-account.tsx';
import { useAccounts } from '../features/connections/use-accounts.ts';
import { useConnectOutcome } from '../features/connections/use-connect-outcome.ts';
import { useProviders } from '../features/connections/use-providers.ts';
import { AccountTabs } from '../features/sync/account-tabs.tsx';
import { text } from '../messages/index.ts';
import { BackLink } from '../ui/back-link.tsx';
import { Notice } from '../ui/notice.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { ProviderLogo } from '../ui/provider-logo.tsx';
import { ReadBody } from '../ui/read-body.tsx';
import { tellDone } from '../ui/toast.tsx';

export function Page() {
  const connection = useRead(readConnection, { params: { id: useId() } });
  return (
    <ReadBody read={connection}>{(found) => <ConnectionPage key={found.id} connection={found} />}</ReadBody>
  );
}

function ConnectionPage({ connection }: { connection: Connection }) {
  const { id, integrationId } = connection;
  const accountName = accountTitle(connection);
  const filters = useFilters();
  const navigate = useNavigate();
  const { find, nameOf } = useProviders();
  const integration = useRead(readIntegration, { params: { id: integrationId } });
  const { accounts, hasMore } = useAccounts(integrationId);
  const outcome = useConnectOutcome();
  const account = useAccount(connection);
  const hasJustConnected = outcome?.kind === 'connected' && connection.status === 'connected';
  useEffect(() => rememberAccount({ id, integrationId }), [id, integrationId]);
  useEffect(() => {
    if (hasJustConnected) tellDone(text.connections.connectedTitle(accountName));
  }, [hasJustConnected, accountName]);

  return (
    <>
      <PageHeader
        title={accountName}
        mark={
          <ProviderLogo logo={find(connection.provider)?.logo} name={nameOf(connection.provider)} size="lg" />
        }
        status={
          <>
            <ConnectionPill status={connection.status} />
            <EnvironmentBadge environment={connection.environment} />
          </>
        }
        description={
          connection.label === null
            ? nameOf(connection.provider)
            : `${nameOf(connection.provider)}, ${connection.accountName}`
        }
        back={<BackLink to="/connections">{text.app.pages.connections}</BackLink>}
        actions={account.actions}
      />
      {account.dialog}
      {accounts.length < 2 ? null : (
        <div className="mb-5 flex">
          <AccountSwitcher
            integrationId={integrationId}
            accounts={accounts}
            hasMore={hasMore}
            chosen={connection}
            onChoose={(next) =>
              void navigate({
                to: '/connections/$id',
                params: { id: next.id },
                search: { tab: filters['tab'] },
              })
            }
            onConnect={account.mayAct ? account.connectNew : undefined}
          />
        </div>
      )}
      <div className="mb-5 flex flex-col gap-3 empty:hidden">
        {hasJustConnected ? (
          <Notice tone="good" title={text.connections.connectedTitle(accountName)}>
            {text.connections.connectedText}
          </Notice>
        ) : null}
        {outcome?.kind === 'failed' ? (
          <ConnectNotice
            failure={outcome.failure}
            retryAfterSeconds={outcome.retryAfterSeconds}
            provider={nameOf(connection.provider)}
            account={accountName}
            busy={account.isBusy}
            onRetry={account.reconnect}
            onConnectNew={account.connectNew}
            onSettings={() => void navigate({ to: '/integrations/$id', params: { id: integrationId } })}
          />
        ) : null}
        {account.state}
      </div>
      <AccountTabs
        connection={connection}
        integrationName={integration.data?.name ?? nameOf(connection.provider)}
        filters={filters}
        onFilter={(search) =>
          void navigate({ to: '/connections/$id', params: { id }, search, replace: true })
        }
      />
    </>
  );
}
