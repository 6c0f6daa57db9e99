/** What a handler knows about the run it is in. */
export interface JobContext {
  /** Aborts when the process must stop and the grace is over: give up at the next safe point. */
  signal: AbortSignal;
  jobId: string;
  /** 1 on the first run. */
  attempt: number;
  /** The minute a scheduled run was due; absent for triggered jobs. */
  scheduledFor?: Date;
}

export interface Task<Payload extends object> {
  /**
   * Runs at least once per job: after a crash it runs again, so it must be safe to repeat.
   * Throwing means "again later", until `maxAttempts`.
   */
  handler(payload: Payload, context: JobContext): Promise<void>;
  maxAttempts: number;
}

/** Task name to payload. Payloads are JSON objects and hold ids, never secrets: jobs are stored as they are. */
export type Payloads = Record<string, object>;

export type Tasks<P extends Payloads> = { readonly [Name in keyof P]: Task<P[Name]> };

export interface AddOptions {
  /** Not before this time. */
  runAt?: Date;
  /** A waiting job of the same key is replaced; one that is running already is followed by this one. */
  jobKey?: string;
  /** In place of the task's own. */
  maxAttempts?: number;
  /** Smaller runs first; 0 when absent. */
  priority?: number;
  /** Jobs of one queue name run one after another. Few and fixed names: one per tenant would be too many. */
  queueName?: string;
}

/** Runs one statement in the caller's open transaction, whatever database client that is. */
export type Execute = (sql: string, params: unknown[]) => Promise<unknown>;

export interface Schedule<Name> {
  task: Name;
  /** Crontab, in UTC: "minute hour day month weekday". Runs missed in the last day, while nothing was up, are caught up by one. */
  every: string;
}

/** Scheduled and triggered background jobs. */
export interface Queue<P extends Payloads> {
  /** Creates or upgrades what the driver keeps in the database; with the owner's connection only. */
  migrate(): Promise<void>;
  /** Begins to take jobs. Without it a process only adds. */
  start(): Promise<void>;
  /**
   * Takes no more jobs, waits `graceMs` for those under way, then aborts their signals; what has not ended a
   * second later is given to other processes, and this call returns.
   */
  stop(options: { graceMs: number }): Promise<void>;
  /** Adds a job in a transaction of its own. @returns its id. */
  add<Name extends keyof P & string>(name: Name, payload: P[Name], options?: AddOptions): Promise<string>;
  /** Adds a job that exists if, and only if, the caller's transaction commits. */
  addIn<Name extends keyof P & string>(
    execute: Execute,
    name: Name,
    payload: P[Name],
    options?: AddOptions,
  ): Promise<void>;
  /** This process's id on the jobs it holds; undefined while not started. */
  workerId(): string | undefined;
  /**
   * Frees the jobs of these workers for others at once. Only for workers known to be dead.
   * @returns how many jobs were freed.
   */
  releaseLocks(workerIds: readonly string[]): Promise<number>;
  /**
   * Finds workers that hold jobs but are dead, and frees their jobs. Runs by itself at start and every few
   * seconds. @returns how many jobs were freed.
   */
  releaseDeadWorkers(): Promise<number>;
}
