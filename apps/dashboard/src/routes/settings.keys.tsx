import { useMay } from '../app/me.ts';
import { KeyCard } from '../features/vault/key-card.tsx';
import { MasterKeyCard } from '../features/vault/master-key-card.tsx';
import { RotationCard } from '../features/vault/rotation-card.tsx';
import { RotationTable } from '../features/vault/rotation-table.tsx';
import { text } from '../messages/index.ts';
import { BackLink } from '../ui/back-link.tsx';
import { Notice } from '../ui/notice.tsx';
import { PageHeader } from '../ui/page-header.tsx';

export function Page() {
  const isAdmin = useMay('admin');
  return (
    <>
      <PageHeader
        title={text.vault.title}
        description={text.vault.lead}
        back={<BackLink to="/settings">{text.app.pages.settings}</BackLink>}
      />
      {isAdmin ? (
        <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1.35fr)_minmax(0,1fr)]">
          <div className="flex min-w-0 flex-col gap-5">
            <RotationCard />
            <RotationTable />
          </div>
          <div className="flex min-w-0 flex-col gap-5">
            <KeyCard linked={false} />
            <MasterKeyCard />
          </div>
        </div>
      ) : (
        <Notice tone="info" title={text.errors.forbidden.title}>
          {text.errors.forbidden.advice}
        </Notice>
      )}
    </>
  );
}
