import { useMay } from '../app/me.ts';
import { KeyCard } from '../features/vault/key-card.tsx';
import { AppearanceCard } from '../features/tenants/appearance-card.tsx';
import { HealthCard } from '../features/tenants/health-card.tsx';
import { InstallationCard } from '../features/tenants/installation-card.tsx';
import { OrganisationCard } from '../features/tenants/organisation-card.tsx';
import { text } from '../messages/index.ts';
import { PageHeader } from '../ui/page-header.tsx';

export function Page() {
  const isAdmin = useMay('admin');
  return (
    <>
      <PageHeader title={text.app.pages.settings} description={text.settings.lead} />
      <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_minmax(0,1.35fr)]">
        <div className="flex min-w-0 flex-col gap-5">
          <OrganisationCard />
          {isAdmin ? <KeyCard /> : null}
          <AppearanceCard />
          <HealthCard />
        </div>
        {isAdmin ? <InstallationCard /> : null}
      </div>
    </>
  );
}
