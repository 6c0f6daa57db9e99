import type { Connection } from '@mortise/contract';

const keyOf = (integrationId: string) => `mortise.account.${integrationId}`;

/** The account of an integration that was last looked at, on this machine. */
export function lastAccount(integrationId: string): string | undefined {
  try {
    return localStorage.getItem(keyOf(integrationId)) ?? undefined;
  } catch {
    return undefined;
  }
}

export function rememberAccount({ id, integrationId }: Pick<Connection, 'id' | 'integrationId'>): void {
  try {
    localStorage.setItem(keyOf(integrationId), id);
  } catch {
    // A browser that keeps nothing: the first account it is, on each visit.
  }
}

/** Which of an integration's accounts to show: the one asked for, else the last one, else the first that is in use. */
export function chooseAccount<A extends Pick<Connection, 'id' | 'status'>>(
  accounts: readonly A[],
  asked: string | undefined,
  last: string | undefined,
): A | undefined {
  const find = (id: string | undefined) => accounts.find((account) => account.id === id);
  return find(asked) ?? find(last) ?? accounts.find(({ status }) => status !== 'disconnected') ?? accounts[0];
}
