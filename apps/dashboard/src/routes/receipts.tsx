import { useNavigate } from '@tanstack/react-router';
import { useFilters } from '../app/use-page.ts';
import { ReceiptBrowser } from '../features/ingest/receipt-browser.tsx';
import { text } from '../messages/index.ts';
import { PageHeader } from '../ui/page-header.tsx';

export function Page() {
  const filters = useFilters();
  const navigate = useNavigate();
  return (
    <>
      <PageHeader title={text.app.pages.receipts} description={text.ingest.receiptsLead} />
      <ReceiptBrowser
        filters={filters}
        onFilter={(change) =>
          void navigate({ to: '/receipts', search: { ...filters, ...change }, replace: true })
        }
      />
    </>
  );
}
