import { useNavigate } from '@tanstack/react-router';
import { useFilters } from '../app/use-page.ts';
import { DeliveryBrowser } from '../features/delivery/delivery-browser.tsx';
import { text } from '../messages/index.ts';
import { PageHeader } from '../ui/page-header.tsx';

export function Page() {
  const filters = useFilters();
  const navigate = useNavigate();
  return (
    <>
      <PageHeader title={text.app.pages.deliveries} description={text.delivery.deliveriesLead} />
      <DeliveryBrowser
        filters={filters}
        onFilter={(change) =>
          void navigate({ to: '/deliveries', search: { ...filters, ...change }, replace: true })
        }
      />
    </>
  );
}
