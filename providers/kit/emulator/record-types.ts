import type { Random } from './random.ts';

export interface EmulatedAccount {
  id: string;
  name: string;
  /** A second line for people: a domain, a plan. */
  detail: string;
  /** The person who gives consent there. */
  user: { id: string; email: string };
  /** What a person types in to connect, where the provider has keys instead of OAuth. */
  apiKey?: string;
  /** The same by the names of the fields, where there are several: in the order in which the request joins them. */
  fields?: Readonly<Record<string, string>>;
}

export interface EmulatedRecord {
  id: string;
  accountId: string;
  collection: string;
  fields: Record<string, string>;
  /** Milliseconds since 1970. */
  createdAt: number;
  updatedAt: number;
  archivedAt?: number;
}

export interface Collection {
  name: string;
  label: string;
  /** What the control page shows and edits. The first two make a row's title. */
  fields: readonly { name: string; label: string; type: 'text' | 'email' | 'tel' }[];
  count: number;
  /** Id of the nth record, the same for ever. */
  idOf(index: number): string;
  /** The nth record's fields and times, from a generator of its own. */
  generate(
    random: Random,
    index: number,
    accountId: string,
  ): Omit<EmulatedRecord, 'id' | 'accountId' | 'collection'>;
}

export interface Change {
  kind: 'created' | 'updated' | 'archived';
  record: EmulatedRecord;
  changedFields: string[];
}
