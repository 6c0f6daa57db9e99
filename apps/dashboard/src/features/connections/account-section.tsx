import type { Connection, Integration } from '@mortise/contract';
import { useNavigate, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useFilters } from '../../app/use-page.ts';
import { text } from '../../messages/index.ts';
import { TextLink } from '../../ui/text-link.tsx';
import { AccountTabs } from '../sync/account-tabs.tsx';
import { accountTitle } from './account-title.ts';
import { AccountSwitcher } from './account-switcher.tsx';
import { ConnectionPill } from './connection-pill.tsx';
import { rememberAccount } from './last-account.ts';
import { useAccount } from './use-account.tsx';

interface AccountSectionProps {
  integration: Integration;
  accounts: readonly Connection[];
  hasMore: boolean;
  chosen: Connection;
  onConnect: (() => void) | undefined;
}

/** One of an integration's accounts with all that belongs to it. Which one it is stands in the address. */
export function AccountSection({ integration, accounts, hasMore, chosen, onConnect }: AccountSectionProps) {
  const navigate = useNavigate();
  const router = useRouter();
  const filters = useFilters();
  const account = useAccount(chosen);
  const { id, name } = integration;
  const isNamed = filters['account'] === chosen.id;
  // An address that is copied leads to the account that is seen, even where nobody has chosen it.
  useEffect(() => {
    rememberAccount(chosen);
    // Whoever is on the way elsewhere, to an account just connected, is not called back.
    const isLeaving = router.latestLocation.pathname !== `/integrations/${id}`;
    if (isNamed || isLeaving) return;
    void navigate({
      to: '/integrations/$id',
      params: { id },
      search: (before) => ({ ...before, account: chosen.id }),
      replace: true,
    });
  }, [chosen, id, isNamed, navigate, router]);
  return (
    <section aria-label={text.connections.accountTitle} className="flex flex-col gap-4">
      {account.dialog}
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-2">
          {accounts.length < 2 ? (
            <h2 className="min-w-0 truncate text-lg font-semibold">{accountTitle(chosen)}</h2>
          ) : (
            <AccountSwitcher
              integrationId={id}
              accounts={accounts}
              hasMore={hasMore}
              chosen={chosen}
              onConnect={onConnect}
              onChoose={(next) =>
                void navigate({
                  to: '/integrations/$id',
                  params: { id },
                  search: { account: next.id, tab: filters['tab'] },
                })
              }
            />
          )}
          <ConnectionPill status={chosen.status} />
          <TextLink to="/connections/$id" params={{ id: chosen.id }}>
            {text.connections.openAccount}
          </TextLink>
        </div>
        {account.actions === undefined ? null : (
          <div className="flex flex-wrap items-center gap-2">{account.actions}</div>
        )}
      </div>
      <div className="flex flex-col gap-3 empty:hidden">{account.state}</div>
      <AccountTabs
        connection={chosen}
        integrationName={name}
        filters={filters}
        onFilter={(search) =>
          void navigate({
            to: '/integrations/$id',
            params: { id },
            search: { account: chosen.id, ...search },
            replace: true,
          })
        }
      />
    </section>
  );
}
