import { useNavigate } from '@tanstack/react-router';
import { useFilters } from '../app/use-page.ts';
import { RecordBrowser } from '../features/sync/record-browser.tsx';
import { text } from '../messages/index.ts';
import { PageHeader } from '../ui/page-header.tsx';

export function Page() {
  const filters = useFilters();
  const navigate = useNavigate();
  return (
    <>
      <PageHeader title={text.app.pages.records} description={text.sync.recordsLead} />
      <RecordBrowser
        filters={filters}
        onFilter={(change) =>
          void navigate({ to: '/records', search: { ...filters, ...change }, replace: true })
        }
      />
    </>
  );
}
