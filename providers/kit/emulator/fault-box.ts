export type FaultKind = 'rate_limited' | 'server_error' | 'unauthorized' | 'forbidden' | 'slow' | 'drop';

export interface Fault {
  kind: FaultKind;
  /** How many requests it strikes. */
  times: number;
  /** Only paths that begin so; all when absent. */
  path?: string;
  /** For rate_limited: the Retry-After header as it is sent, seconds or an HTTP date. */
  retryAfter?: string;
  /** For slow: the delay before the usual answer. */
  delayMs?: number;
}

/** Failures on demand: the next N matching requests. Faults queue up in the order they were set. */
export class FaultBox {
  #faults: Fault[] = [];

  add(fault: Fault): void {
    if (!Number.isInteger(fault.times) || fault.times < 1) throw new RangeError('times must be 1 or more');
    this.#faults.push({ ...fault });
  }

  /** The fault that strikes this request, which it uses up by one. */
  take(path: string): Fault | undefined {
    const fault = this.#faults.find((one) => path.startsWith(one.path ?? '/'));
    if (fault === undefined) return undefined;
    fault.times--;
    if (fault.times === 0) this.#faults = this.#faults.filter((one) => one !== fault);
    return { ...fault };
  }

  list(): Fault[] {
    return this.#faults.map((fault) => ({ ...fault }));
  }

  clear(): void {
    this.#faults = [];
  }
}
