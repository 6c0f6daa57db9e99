import { listConnections, type Connection } from '@mortise/contract';
import { useRead } from '../../app/use-read.ts';
import { locale } from '../../messages/index.ts';
import { accountTitle } from './account-title.ts';

const most = 200;
const order: Record<Connection['status'], number> = { needs_reconnect: 0, connected: 0, disconnected: 1 };

/** An integration's accounts by name, those that were disconnected last. */
export function useAccounts(integrationId: string) {
  const read = useRead(listConnections, { query: { integrationId, limit: most } });
  const byName = new Intl.Collator(locale, { numeric: true });
  const accounts = (read.data?.data ?? []).toSorted(
    (a, b) => order[a.status] - order[b.status] || byName.compare(accountTitle(a), accountTitle(b)),
  );
  /** There are more than a list to choose from can hold. */
  const hasMore = read.data != null && read.data.nextCursor !== null;
  return { read, accounts, hasMore };
}
