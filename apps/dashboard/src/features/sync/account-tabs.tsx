import type { Connection } from '@mortise/contract';
import { useMay } from '../../app/me.ts';
import { text } from '../../messages/index.ts';
import { Tabs } from '../../ui/tabs.tsx';
import { CallBrowser } from '../connections/call-browser.tsx';
import { ConnectionDetails } from '../connections/connection-details.tsx';
import { useProviders } from '../connections/use-providers.ts';
import { RecordBrowser } from './record-browser.tsx';
import { ResourceList } from './resource-list.tsx';
import { RunBrowser } from './run-browser.tsx';

interface AccountTabsProps {
  connection: Connection;
  integrationName: string;
  filters: Readonly<Record<string, string | undefined>>;
  /** Given the tab and its filters, all of them; nothing else of the address. */
  onFilter: (filters: Record<string, string | undefined>) => void;
}

/** All that belongs to one account: what is synced, the records, the runs, the calls. */
export function AccountTabs({ connection, integrationName, filters, onFilter }: AccountTabsProps) {
  const { id } = connection;
  const { find } = useProviders();
  const mayAct = useMay('developer');
  const { tab, status, search, resource, deleted } = filters;
  const browser = {
    connectionId: id,
    filters,
    onFilter: (change: Record<string, string | undefined>) =>
      onFilter({ tab, status, search, resource, deleted, ...change }),
  };
  const tabs = [
    {
      value: 'resources',
      label: text.connections.tabResources,
      content: (
        <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1.6fr)_minmax(0,1fr)]">
          <ResourceList connection={connection} provider={find(connection.provider)} />
          <ConnectionDetails connection={connection} integrationName={integrationName} />
        </div>
      ),
    },
    { value: 'records', label: text.connections.tabRecords, content: <RecordBrowser {...browser} /> },
    { value: 'runs', label: text.connections.tabRuns, content: <RunBrowser {...browser} /> },
    ...(mayAct
      ? [
          {
            value: 'calls',
            label: text.connections.tabCalls,
            content: <CallBrowser connectionId={id} />,
          },
        ]
      : []),
  ];
  return (
    <Tabs
      label={text.connections.tabs}
      value={tabs.find(({ value }) => value === tab)?.value ?? 'resources'}
      onChange={(next) => onFilter({ tab: next === 'resources' ? undefined : next })}
      tabs={tabs}
    />
  );
}
