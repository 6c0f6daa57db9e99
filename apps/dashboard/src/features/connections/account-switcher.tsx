import { readConnection, type Connection } from '@mortise/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { ChevronsUpDown, List, PlugZap } from 'lucide-react';
import { initialsOf } from '../../app/initials.ts';
import { keyOf } from '../../app/keys.ts';
import { text } from '../../messages/index.ts';
import { Monogram } from '../../ui/monogram.tsx';
import { Picker, PickerAction } from '../../ui/picker.tsx';
import { accountTitle } from './account-title.ts';
import { ConnectionPill } from './connection-pill.tsx';
import { rememberAccount } from './last-account.ts';

interface AccountSwitcherProps {
  integrationId: string;
  accounts: readonly Connection[];
  /** There are more accounts than `accounts`. */
  hasMore: boolean;
  chosen: Connection;
  onChoose: (account: Connection) => void;
  /** Connects one more; left out for whom that is not allowed. */
  onConnect: (() => void) | undefined;
}

/** Which of an integration's accounts is shown, and the way to another one. Those that need somebody are marked. */
export function AccountSwitcher(props: AccountSwitcherProps) {
  const { integrationId, accounts, hasMore, chosen, onChoose, onConnect } = props;
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const waiting = accounts.filter(
    ({ id, status }) => status === 'needs_reconnect' && id !== chosen.id,
  ).length;
  const names = new Map<string, number>();
  for (const account of accounts)
    names.set(accountTitle(account), (names.get(accountTitle(account)) ?? 0) + 1);
  return (
    <Picker
      label={text.connections.switchAccount}
      searchLabel={text.connections.findAccount}
      noMatch={text.connections.noAccountMatches}
      chosen={chosen.id}
      options={accounts.map((account) => ({
        id: account.id,
        words: `${account.label ?? ''} ${account.accountName} ${account.accountId} ${text.connections.statuses[account.status]}`,
        // The provider's id stands there only where the name does not tell two accounts apart.
        face: <AccountFace account={account} withId={(names.get(accountTitle(account)) ?? 0) > 1} />,
      }))}
      onChoose={(id) => {
        const account = accounts.find((one) => one.id === id);
        if (account === undefined) return;
        rememberAccount(account);
        // Known from the list: the page need not wait for it.
        queryClient.setQueryData(keyOf(readConnection, { params: { id } }), account);
        onChoose(account);
      }}
      trigger={
        <button
          type="button"
          className="inline-flex h-11 max-w-full min-w-0 items-center gap-2.5 rounded-md border border-line-strong bg-surface px-2 text-left font-medium shadow-card hover:bg-sunken"
        >
          <AccountMonogram account={chosen} />
          <span className="min-w-0 truncate">{accountTitle(chosen)}</span>
          <span className="sr-only">{text.connections.switchAccount}</span>
          {waiting === 0 ? null : (
            <span className="inline-flex h-5 items-center rounded-full bg-bad-soft px-1.5 text-xs font-medium text-bad">
              <span className="figures" aria-hidden>
                {waiting}
              </span>
              <span className="sr-only">{text.connections.othersWait(waiting)}</span>
            </span>
          )}
          <ChevronsUpDown className="size-4 shrink-0 text-ink-faint" aria-hidden />
        </button>
      }
      foot={
        hasMore || onConnect !== undefined ? (
          <>
            {hasMore ? (
              <PickerAction
                icon={<List aria-hidden />}
                onSelect={() => void navigate({ to: '/connections', search: { integrationId } })}
              >
                {text.connections.allAccounts}
              </PickerAction>
            ) : null}
            {onConnect === undefined ? null : (
              <PickerAction icon={<PlugZap aria-hidden />} onSelect={onConnect}>
                {text.connections.connectAnother}
              </PickerAction>
            )}
          </>
        ) : undefined
      }
    />
  );
}

function AccountFace({ account, withId }: { account: Connection; withId: boolean }) {
  return (
    <span className="flex items-center gap-2.5">
      <AccountMonogram account={account} />
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">{accountTitle(account)}</span>
        {account.label === null ? null : (
          <span className="block truncate text-xs text-ink-faint">{account.accountName}</span>
        )}
        {withId ? (
          <span className="block truncate font-mono text-xs text-ink-faint">{account.accountId}</span>
        ) : null}
      </span>
      <ConnectionPill status={account.status} />
    </span>
  );
}

function AccountMonogram({ account }: { account: Connection }) {
  return (
    <Monogram
      letters={initialsOf(accountTitle(account))}
      className="size-7 rounded-full bg-accent-soft text-accent"
    />
  );
}
