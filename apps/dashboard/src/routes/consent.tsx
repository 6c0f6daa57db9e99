import { useNavigate } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useMay } from '../app/me.ts';
import { useFilters } from '../app/use-page.ts';
import { ExportMenu } from '../features/consent/export-menu.tsx';
import { LedgerBrowser } from '../features/consent/ledger-browser.tsx';
import { PurposeDialog } from '../features/consent/purpose-dialog.tsx';
import { PurposeList } from '../features/consent/purpose-list.tsx';
import { text } from '../messages/index.ts';
import { Button } from '../ui/button.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { Tabs } from '../ui/tabs.tsx';

export function Page() {
  const filters = useFilters();
  const navigate = useNavigate();
  const mayAdd = useMay('admin');
  const tab = filters['tab'] === 'purposes' ? 'purposes' : 'ledger';
  const go = (search: Record<string, string | undefined>) =>
    void navigate({ to: '/consent', search, replace: true });
  const add = mayAdd ? (
    <Button
      variant="primary"
      icon={<Plus aria-hidden />}
      onClick={() => go({ tab: 'purposes', add: 'purpose' })}
    >
      {text.consent.newPurpose}
    </Button>
  ) : undefined;
  return (
    <>
      <PageHeader
        title={text.app.pages.consent}
        description={text.consent.lead}
        actions={tab === 'purposes' ? add : mayAdd ? <ExportMenu filters={filters} /> : undefined}
      />
      <Tabs
        label={text.consent.tabs}
        value={tab}
        onChange={(next) => go({ tab: next === 'ledger' ? undefined : next })}
        tabs={[
          {
            value: 'ledger',
            label: text.consent.ledger,
            content: <LedgerBrowser filters={filters} onFilter={(change) => go({ ...filters, ...change })} />,
          },
          { value: 'purposes', label: text.consent.purposes, content: <PurposeList add={add} /> },
        ]}
      />
      {filters['add'] !== undefined && mayAdd ? (
        <PurposeDialog
          onClose={() => go({ tab: 'purposes' })}
          onCreated={({ id }) => void navigate({ to: '/consent/$id', params: { id } })}
        />
      ) : null}
    </>
  );
}
