import type { Connection } from '@mortise/contract';

/** What an account is called here: by the tenant's own label, or else as its provider names it. */
export const accountTitle = ({ label, accountName }: Pick<Connection, 'label' | 'accountName'>): string =>
  label ?? accountName;
