import { readConnection, readIntegration, testConnection, type Connection } from '@mortise/contract';
import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useMay } from '../app/me.ts';
import { useFilters, useId } from '../app/use-page.ts';
import { useRead } from '../app/use-read.ts';
import { useSend } from '../app/use-send.ts';
import { ConnectNotice } from '../features/connections/connect-notice.tsx';
import { ConnectionActions } from '../features/connections/connection-actions.tsx';
import { ConnectionDetails } from '../features/connections/connection-details.tsx';
import { ConnectionPill } from '../features/connections/connection-pill.tsx';
import { ConnectionState } from '../features/connections/connection-state.tsx';
import { EnvironmentBadge } from '../features/connections/environment-badge.tsx';
import { useConnectAccount } from '../features/connections/use-connect-account.tsx';
import { useConnectOutcome } from '../features/connections/use-connect-outcome.ts';
import { useProviders } from '../features/connections/use-providers.ts';
import { RecordBrowser } from '../features/sync/record-browser.tsx';
import { ResourceList } from '../features/sync/resource-list.tsx';
import { RunBrowser } from '../features/sync/run-browser.tsx';
import { text } from '../messages/index.ts';
import { BackLink } from '../ui/back-link.tsx';
import { Notice } from '../ui/notice.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { ProviderLogo } from '../ui/provider-logo.tsx';
import { ReadBody } from '../ui/read-body.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { tellDone, tellFailure } from '../ui/toast.tsx';

const tabs = ['resources', 'records', 'runs'] as const;

export function Page() {
  const connection = useRead(readConnection, { params: { id: useId() } });
  return (
    <ReadBody read={connection}>{(found) => <ConnectionPage key={found.id} connection={found} />}</ReadBody>
  );
}

function ConnectionPage({ connection }: { connection: Connection }) {
  const { id, accountName, integrationId } = connection;
  const filters = useFilters();
  const navigate = useNavigate();
  const { find, nameOf } = useProviders();
  const provider = find(connection.provider);
  const integration = useRead(readIntegration, { params: { id: integrationId } });
  const outcome = useConnectOutcome();
  const { connect, isBusy, dialog } = useConnectAccount();
  const test = useSend(testConnection, {
    onDone: ({ fault }) => {
      const words = fault === null ? undefined : text.connections.faults[fault];
      const name = nameOf(connection.provider);
      if (words !== undefined) tellFailure(words.title(name), words.text(name));
    },
  });
  const mayAct = useMay('developer');
  const tab = tabs.find((one) => one === filters['tab']) ?? 'resources';
  const hasJustConnected = outcome?.kind === 'connected' && connection.status === 'connected';
  useEffect(() => {
    if (hasJustConnected) tellDone(text.connections.connectedTitle(accountName));
  }, [hasJustConnected, accountName]);
  const filter = (search: Record<string, string | undefined>) =>
    void navigate({ to: '/connections/$id', params: { id }, search, replace: true });
  const account = { provider: connection.provider, integrationId, environment: connection.environment };
  const reconnect = () => connect({ ...account, reconnect: id });

  return (
    <>
      <PageHeader
        title={accountName}
        mark={<ProviderLogo logo={provider?.logo} name={nameOf(connection.provider)} size="lg" />}
        status={
          <>
            <ConnectionPill status={connection.status} />
            <EnvironmentBadge environment={connection.environment} />
          </>
        }
        description={nameOf(connection.provider)}
        back={<BackLink to="/connections">{text.app.pages.connections}</BackLink>}
        actions={
          mayAct ? (
            <ConnectionActions
              connection={connection}
              onTest={() => test.mutate({ params: { id } })}
              isTesting={test.isPending}
              onReconnect={reconnect}
              isReconnecting={isBusy}
            />
          ) : undefined
        }
      />
      {dialog}
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
            busy={isBusy}
            onRetry={reconnect}
            onConnectNew={() => connect(account)}
            onSettings={() => void navigate({ to: '/integrations/$id', params: { id: integrationId } })}
          />
        ) : null}
        <ConnectionState
          connection={connection}
          provider={nameOf(connection.provider)}
          test={test.isPending ? undefined : test.data}
        />
      </div>
      <Tabs
        label={text.connections.tabs}
        value={tab}
        onChange={(next) => filter({ tab: next === 'resources' ? undefined : next })}
        tabs={[
          {
            value: 'resources',
            label: text.connections.tabResources,
            content: (
              <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1.6fr)_minmax(0,1fr)]">
                <ResourceList connection={connection} provider={provider} />
                <ConnectionDetails
                  connection={connection}
                  integrationName={integration.data?.name ?? nameOf(connection.provider)}
                />
              </div>
            ),
          },
          {
            value: 'records',
            label: text.connections.tabRecords,
            content: (
              <RecordBrowser
                connectionId={id}
                filters={filters}
                onFilter={(change) => filter({ ...filters, tab: 'records', ...change })}
              />
            ),
          },
          {
            value: 'runs',
            label: text.connections.tabRuns,
            content: (
              <RunBrowser
                connectionId={id}
                filters={filters}
                onFilter={(change) => filter({ ...filters, tab: 'runs', ...change })}
              />
            ),
          },
        ]}
      />
    </>
  );
}
