import { problem, type ErrorCode, type Problem } from '@mortise/contract';

/** The server's codes, and two of our own: no answer came, or one that the contract does not know. */
export type MortiseErrorCode = ErrorCode | 'network' | 'unexpected_answer';

export type FieldIssue = NonNullable<Problem['issues']>[number];

interface Facts {
  code: MortiseErrorCode;
  title: string;
  /** The HTTP status, 0 when no answer came. */
  status: number;
  detail?: string | undefined;
  requestId?: string | undefined;
  issues?: readonly FieldIssue[] | undefined;
  retryAfterMs?: number | undefined;
  cause?: unknown;
}

/** What every failed call throws. Branch on `code`: codes never change their meaning, texts may. */
export class MortiseError extends Error {
  override readonly name = 'MortiseError';
  readonly code: MortiseErrorCode;
  readonly status: number;
  readonly title: string;
  /** What is wrong here and what to do, in words; empty when the server said nothing more. */
  readonly detail: string;
  /** Name it when you ask for help: the server's log has it on every line of the request. */
  readonly requestId: string | undefined;
  /** Field by field, when the input was not valid. */
  readonly issues: readonly FieldIssue[];
  /** How long the server asked to wait, when it did. */
  readonly retryAfterMs: number | undefined;

  constructor(facts: Facts) {
    super(facts.detail ? `${facts.title}: ${facts.detail}` : facts.title, { cause: facts.cause });
    this.code = facts.code;
    this.status = facts.status;
    this.title = facts.title;
    this.detail = facts.detail ?? '';
    this.requestId = facts.requestId;
    this.issues = facts.issues ?? [];
    this.retryAfterMs = facts.retryAfterMs;
  }
}

/** An error answer as an error. A body that is not problem+json (a proxy's page) is told by its status alone. */
export async function errorOfResponse(response: Response, retryAfterMs?: number): Promise<MortiseError> {
  const text = await response.text().catch(() => '');
  const parsed = problem.safeParse(asJson(text));
  if (parsed.success) return new MortiseError({ ...parsed.data, retryAfterMs });
  return new MortiseError({
    code: response.status === 401 ? 'unauthenticated' : 'unexpected_answer',
    title: `The server answered ${response.status}`,
    status: response.status,
    requestId: response.headers.get('x-request-id') ?? undefined,
    retryAfterMs,
  });
}

/** No answer at all: the network, a name that does not resolve, a connection cut. */
export function errorOfNetwork(cause: unknown): MortiseError {
  return new MortiseError({ code: 'network', title: 'The server could not be reached', status: 0, cause });
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
