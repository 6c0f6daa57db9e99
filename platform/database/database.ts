import { AsyncLocalStorage } from 'node:async_hooks';
import {
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
} from 'kysely';
import pg from 'pg';
import type { Tables } from './tables.ts';

/** Which of the roles of the database a transaction runs as; see docs/decisions/0002. */
export type DatabaseRole = 'app' | 'engine' | 'auth';

/**
 * One open transaction: ordinary store code uses `db`, hot paths use `query` with a name. Once the transaction has
 * ended both refuse: a statement that nobody waited for must not run in the next transaction of its connection,
 * which may be another tenant's.
 */
export interface Tx {
  readonly db: Kysely<Tables>;
  /** Runs SQL as it stands. With a name the statement is prepared once a connection. */
  query<T extends pg.QueryResultRow>(sql: string, values?: readonly unknown[], name?: string): Promise<T[]>;
  /**
   * Sends a statement whose answer nobody waits for, without a round trip of its own. Should it fail, so does the
   * transaction, with its error.
   *
   * @param answered gets the rows, before the commit has its own answer and anything given to `afterCommit` runs
   */
  send(
    sql: string,
    values?: readonly unknown[],
    name?: string,
    answered?: (rows: Readonly<Record<string, unknown>>[]) => void,
  ): void;
  /**
   * Runs once the commit has succeeded, in order; never when it has not. Should not throw: what is committed stays
   * committed and the caller gets its result, so the error can only be reported to `onAfterCommitError`.
   */
  afterCommit(act: () => void): void;
}

/**
 * Each act gets a transaction of its own: it commits when the act resolves and rolls back when it throws. Opening one
 * inside another is refused, since both would hold a connection and a full pool would then wait for itself: pass
 * the `tx` on.
 */
export interface Database {
  /** Acts for one tenant, behind row-level security. `tenantId` is a bare UUID. */
  tenant<T>(tenantId: string, act: (tx: Tx) => Promise<T>): Promise<T>;
  /** Acts across tenants, for workers. */
  engine<T>(act: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * Runs one statement as the engine, as a transaction of its own: a round trip where `engine` takes three and those of
   * its statements, which is what counts where every request waits for the commit.
   */
  engineStatement<T extends pg.QueryResultRow>(
    sql: string,
    values: readonly unknown[],
    name: string,
  ): Promise<T[]>;
  /** Acts on people and sessions, which belong to no tenant. */
  auth<T>(act: (tx: Tx) => Promise<T>): Promise<T>;
  /** The pool itself, for libraries that bring their own SQL. Its connections start as role mortise_app. */
  readonly pool: pg.Pool;
  /** A pool like this one whose connections start as the given role. */
  poolAs(role: DatabaseRole, max: number): pg.Pool;
  readonly url: string;
  close(): Promise<void>;
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const noTenant = '';

/** Numbers that fit are read as numbers: a bigint count past 2^53 does not occur here. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === pg.types.builtins.INT8
      ? (value: string) => Number(value)
      : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

/** What runs a statement: the connection of a transaction, as long as that is open. */
type Run = (query: pg.QueryConfig) => Promise<pg.QueryResult>;

/** Kysely over one transaction, which is opened and ended outside of it. */
class OneTransaction implements Dialect {
  readonly #run: Run;
  constructor(run: Run) {
    this.#run = run;
  }
  createAdapter() {
    return new PostgresAdapter();
  }
  createQueryCompiler() {
    return new PostgresQueryCompiler();
  }
  createIntrospector(db: Kysely<unknown>) {
    return new PostgresIntrospector(db);
  }
  createDriver(): Driver {
    const runQuery = this.#run;
    const connection: DatabaseConnection = {
      async executeQuery<R>(compiled: { sql: string; parameters: readonly unknown[] }) {
        const result = await runQuery({ text: compiled.sql, values: [...compiled.parameters] });
        const numAffectedRows = result.rowCount === null ? undefined : BigInt(result.rowCount);
        const answer: QueryResult<R> = {
          rows: result.rows,
          ...(numAffectedRows === undefined ? {} : { numAffectedRows }),
        };
        return answer;
      },
      async *streamQuery() {
        yield await Promise.reject(new Error('Streaming is not offered here: read in pages'));
      },
    };
    const refuse = () => Promise.reject(new Error('The transaction is opened by Database, not by Kysely'));
    return {
      init: async () => {},
      acquireConnection: async () => connection,
      beginTransaction: refuse,
      commitTransaction: refuse,
      rollbackTransaction: refuse,
      releaseConnection: async () => {},
      destroy: async () => {},
    };
  }
}

/**
 * The part of a transaction that its act is given, over whatever runs its statements.
 *
 * A class, since an object with a getter of its own gets a hidden class of its own, which V8 makes among the old: all
 * that its functions refer to then outlives the transaction until the next collection of all garbage.
 */
class OpenTx implements Tx {
  readonly #run: Run;
  readonly #sent: Promise<unknown>[];
  readonly #done: (() => void)[];
  #db: Kysely<Tables> | undefined;

  constructor(run: Run, sent: Promise<unknown>[], done: (() => void)[]) {
    this.#run = run;
    this.#sent = sent;
    this.#done = done;
  }

  // Made on first use: most hot paths never need one.
  get db() {
    return (this.#db ??= new Kysely<Tables>({ dialect: new OneTransaction(this.#run) }));
  }

  async query<T extends pg.QueryResultRow>(sql: string, values?: readonly unknown[], name?: string) {
    return (await this.#run(statement(sql, values, name))).rows as T[];
  }

  send(
    sql: string,
    values?: readonly unknown[],
    name?: string,
    answered?: (rows: Readonly<Record<string, unknown>>[]) => void,
  ): void {
    const answer = this.#run(statement(sql, values, name)).then(({ rows }) => answered?.(rows));
    answer.catch(() => {});
    this.#sent.push(answer);
  }

  afterCommit(then: () => void): void {
    this.#done.push(then);
  }
}

const statement = (text: string, values: readonly unknown[] = [], name?: string): pg.QueryConfig => ({
  text,
  // The driver turns each into text where it stands, and the list is the caller's.
  values: [...values],
  ...(name === undefined ? {} : { name }),
});

/** Whether a statement was refused only because one before it in its transaction had failed. */
const isConsequence = (error: unknown) => error instanceof Error && 'code' in error && error.code === '25P02';

/** The error of the statement that failed first among those nobody waited for; the one given when none did. */
async function causeAmong(sent: readonly Promise<unknown>[], error: unknown): Promise<unknown> {
  for (const answer of await Promise.allSettled(sent)) {
    if (answer.status === 'rejected' && !isConsequence(answer.reason)) return answer.reason;
  }
  return error;
}

/** A query of the driver's with what its types leave out. */
interface OwnQuery extends pg.Query {
  name?: string | undefined;
  callback?: (error: Error | null | undefined, result: pg.QueryResult) => void;
}

/**
 * Runs a statement on a connection.
 *
 * The driver copies what it is asked property by property, which gives each copy a hidden class of its own, in the old
 * part of the heap: 20 µs a statement, and all that a copy refers to is kept until the next collection of all garbage
 * (pg 8.23, Node 24). So it gets a query that is made already.
 */
function ask(client: pg.PoolClient, { text, values, name }: pg.QueryConfig): Promise<pg.QueryResult> {
  return new Promise((resolve, reject) => {
    const query: OwnQuery = new pg.Query(text, values);
    query.name = name;
    query.callback = (error, result) => {
      if (error === null || error === undefined) resolve(result);
      else reject(error);
    };
    client.query(query);
  });
}

const asError = (thrown: unknown) => (thrown instanceof Error ? thrown : new Error(String(thrown)));

/**
 * Opens a pool on the database. Every connection starts as role mortise_app without a tenant, and so sees
 * nothing until a transaction says for whom it acts.
 *
 * @param options.url a postgresql:// URL whose login may take the roles that the bootstrap creates
 * @param options.max connections at most
 * @param options.onAfterCommitError is told what an `afterCommit` threw; a process warning when left out
 */
export function openDatabase(options: {
  url: string;
  max?: number;
  applicationName?: string;
  onAfterCommitError?: (error: Error) => void;
}): Database {
  const { url, max = 20, applicationName = 'mortise' } = options;
  const onAfterCommitError = options.onAfterCommitError ?? ((error) => process.emitWarning(error));
  /** Where the running code stands: in an act whose transaction is open, in one that has ended, or in none. */
  const within = new AsyncLocalStorage<{ open: boolean }>();

  function poolAs(role: DatabaseRole, size: number, pipeline = false): pg.Pool {
    const pool = new pg.Pool({
      connectionString: url,
      max: size,
      pipeline,
      application_name: applicationName,
      types,
      // The pool waits for what this returns, though its type does not say so.
      onConnect: (client): unknown =>
        // JIT can cost hundreds of milliseconds on a batch whose plan was misjudged; our statements are short.
        client.query(
          `set role mortise_${role}; set search_path = mortise; set jit = off; set timezone = 'UTC'`,
        ),
    });
    // A connection that dies while idle is replaced; the error has nobody else to go to and must not end us.
    pool.on('error', () => {});
    // One that dies while in use fails the query under way or the next one; the pool does not listen then, and an
    // error event without a listener ends the process.
    pool.on('connect', (client) => void client.on('error', () => {}));
    return pool;
  }

  // Statements that are not waited for one by one share a round trip.
  const pool = poolAs('app', max, true);
  let enginePool: pg.Pool | undefined;

  async function run<T>(role: DatabaseRole, tenantId: string, act: (tx: Tx) => Promise<T>): Promise<T> {
    if (within.getStore()?.open === true) {
      throw new Error('A transaction is open here already: pass its tx on instead of opening another');
    }
    const client = await pool.connect();
    const done: (() => void)[] = [];
    const sent: Promise<unknown>[] = [];
    const state = { open: true };
    let broken: Error | undefined;
    const onError = (error: Error) => void (broken = error);
    client.on('error', onError);
    let result: T;
    try {
      // The id has been checked to be a UUID, so it may stand in the text. What comes next is sent without waiting for
      // the answer, which saves a round trip; should this fail, nothing after it succeeds.
      const begun = ask(client, {
        text: `begin; set local role mortise_${role}; select set_config('app.tenant_id', '${tenantId}', true)`,
      });
      begun.catch(() => {});
      sent.push(begun);
      const tx = new OpenTx(
        async (query) => {
          if (!state.open) throw new Error('The transaction has ended: something in it was not awaited');
          return await ask(client, query);
        },
        sent,
        done,
      );
      result = await within.run(state, () => act(tx));
      state.open = false;
      // What was sent without waiting is answered before the commit is.
      const [end] = await Promise.all([ask(client, { text: 'commit' }), ...sent]);
      // PostgreSQL answers the commit of a transaction in which a statement failed with a rollback, not an error.
      if (end.command !== 'COMMIT') {
        throw new Error(
          'Rolled back: a statement in this transaction failed and its error was not passed on',
        );
      }
    } catch (error) {
      state.open = false;
      await ask(client, { text: 'rollback' }).catch((failure: unknown) => {
        broken = asError(failure);
      });
      throw isConsequence(error) ? await causeAmong(sent, error) : error;
    } finally {
      client.off('error', onError);
      client.release(broken);
    }
    for (const then of done) {
      try {
        then();
      } catch (error) {
        onAfterCommitError(asError(error));
      }
    }
    return result;
  }

  return {
    url,
    pool,
    poolAs: (role, size) => poolAs(role, size),
    tenant(tenantId, act) {
      if (!uuidPattern.test(tenantId)) throw new TypeError('A tenant is named by its bare UUID here');
      return run('app', tenantId, act);
    },
    engine: (act) => run('engine', noTenant, act),
    auth: (act) => run('auth', noTenant, act),
    async engineStatement<T extends pg.QueryResultRow>(
      text: string,
      values: readonly unknown[],
      name: string,
    ) {
      enginePool ??= poolAs('engine', 2);
      return (await enginePool.query<T>({ text, values: [...values], name })).rows;
    },
    close: async () => void (await Promise.all([pool.end(), enginePool?.end()])),
  };
}
