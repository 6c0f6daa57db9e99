/** A hint that something changed: what kind of thing, whose, and its ids. Never the thing itself, never a secret. */
export interface BusMessage {
  readonly kind: string;
  readonly tenantId?: string;
  readonly [field: string]: string | number | boolean | null | undefined;
}

/** Told to local subscribers after messages may have been missed: read again whatever you hold. */
export const resyncKind = 'resync';

export type Subscriber = (message: BusMessage) => void;

/** Live hints between processes. Losing one costs a refresh, never a fact: the truth is in the database. */
export interface Bus {
  /**
   * Tells every process, this one at once and before this call returns, the others within some tens of
   * milliseconds. Equal messages of one moment travel once. Call it after the commit, never inside a transaction.
   * @throws TypeError when the message is larger than a few kilobytes.
   */
  publish(message: BusMessage): void;
  /** What a subscriber throws is logged and harms nobody else. @returns what ends the subscription. */
  subscribe(subscriber: Subscriber): () => void;
  /** Resolves when messages of other processes arrive from now on. */
  ready(): Promise<void>;
  /** Sends what waits, then ends. */
  close(): Promise<void>;
}
