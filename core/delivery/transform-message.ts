/** What the process that runs transforms is asked. */
export interface TransformQuestion {
  tenantId: string;
  expression: string;
  /** The event's body, as JSON; null to have the expression looked at alone. */
  body: string | null;
  deadlineMs: number;
  mostBytes: number;
}

/** What came of it. */
export type TransformAnswer =
  | { kind: 'given'; body: string }
  /** The expression gives nothing; or there is nothing to say against it, where it was only looked at. */
  | { kind: 'nothing' }
  /** @param position where in the expression, in characters from its beginning; null when that cannot be said */
  | { kind: 'failed'; message: string; position: number | null }
  /** @param cpuMs what it had of a processor meanwhile, in milliseconds */
  | { kind: 'late'; cpuMs: number };
