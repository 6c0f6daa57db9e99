import type { Problem, ProblemKind } from './types.ts';

/** A refusal by the provider. `problem` is data to judge by; the message may be shown to an operator. */
export class ProviderError extends Error {
  readonly problem: Problem;
  readonly status: number | undefined;

  constructor(problem: Problem, status?: number) {
    super(problem.message);
    this.name = 'ProviderError';
    this.problem = problem;
    this.status = status;
  }

  get kind(): ProblemKind {
    return this.problem.kind;
  }
}
