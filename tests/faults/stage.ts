import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmbedded, type EmbeddedDatabase } from '@mortise/platform/database/embedded';
import { freePort, ServerProcess } from '../support/server-process.ts';
import { Publisher } from './publisher.ts';
import { Sink } from './sink.ts';

/** What came of one fault. */
export interface LedgerRow {
  fault: string;
  accepted: number;
  delivered: number;
  /** Accepted and never acknowledged by the endpoint. */
  lost: number;
  /** Acknowledged again, under the same message id. */
  duplicated: number;
  /** The most there may be: what was in flight at the moment of each crash. */
  duplicatesAtMost: number;
  /** Events that are in the log twice under two message ids. */
  doubled: number;
  /** Deliveries that the product itself says are still undelivered at the end. */
  stuck: number;
  refusals: number;
  settledAfterMs: number;
}

export interface StageOptions {
  /** `own`: the server's embedded one; `apart`: one beside it that outlives it, named by DATABASE_URL. */
  database: 'own' | 'apart';
  /** Where the data is to lie, if not in a temporary folder. */
  folder?: string;
  servers?: number;
  nodeArguments?: readonly string[];
}

/** Events a second, each for two webhooks. */
const perSecond = 250;
const webhooks = 2;
/**
 * What one crash can leave in doubt: what is in flight (limits.ts: 64 first attempts and 16 repeated ones), and what was
 * answered but not yet committed, which is less than half a second's deliveries.
 */
const inDoubtAtMost = 64 + 16 + (perSecond * webhooks) / 2;
const settleMs = 240_000;

/** Everything of one fault: servers, database, an endpoint, a publisher; and how to hurt them. */
export class Stage {
  readonly sink = new Sink();
  readonly servers: ServerProcess[] = [];
  readonly #operatorKey = `mor_operator_${randomBytes(24).toString('base64url')}`;
  readonly #options: StageOptions;
  #folder = '';
  #database: EmbeddedDatabase | undefined;
  #publisher: Publisher | undefined;
  #tenantId = '';
  #crashes = 0;

  constructor(options: StageOptions) {
    this.#options = options;
  }

  /** Starts all of it and begins to publish. */
  async open(): Promise<void> {
    const { database, folder, servers = 1, nodeArguments = [] } = this.#options;
    this.#folder = folder ?? (await mkdtemp(path.join(tmpdir(), 'mortise-faults-')));
    // PostgreSQL runs as another user when we are root, and must pass through.
    await chmod(this.#folder, 0o711);
    await this.sink.become('up');
    if (database === 'apart') await this.startDatabase();
    for (let n = 0; n < servers; n++) {
      const env = {
        MORTISE_DATA: path.join(this.#folder, `data-${n}`),
        MORTISE_OPERATOR_KEY: this.#operatorKey,
        MORTISE_MASTER_KEY: Buffer.alloc(32, 9).toString('base64'),
        MORTISE_EGRESS_ALLOW: `127.0.0.1:${this.sink.port}`,
        MORTISE_RATE_LIMIT_OPERATOR: '1000000',
        ...(this.#database === undefined ? {} : { DATABASE_URL: this.#database.url }),
      };
      const server = new ServerProcess(await freePort(), env, nodeArguments);
      await server.start();
      this.servers.push(server);
    }
    const { id } = await this.#call<{ id: string }>('POST', 'tenants', { name: 'Faults' });
    this.#tenantId = id;
    for (let n = 0; n < webhooks; n++) {
      const { secret } = await this.#call<{ secret: string }>('POST', 'webhooks', {
        name: `Sink ${n}`,
        url: this.sink.url(`sink-${n}`),
        events: ['order.*'],
        settings: { timeoutMs: 3_000, retry: { enabled: true, attempts: 30, schedule: [1, 2, 3, 5, 5, 10] } },
      });
      this.sink.expect(`sink-${n}`, secret);
    }
    const urls = this.servers.map((server) => server.url);
    this.#publisher = new Publisher(urls, this.#headers());
    this.#publisher.start(perSecond);
    await this.deliveries(200);
  }

  /** Waits until so many more deliveries have been acknowledged. */
  async deliveries(more: number): Promise<void> {
    const wanted = this.sink.deliveries + more;
    await this.#until(`${more} more deliveries`, () => this.sink.deliveries >= wanted);
  }

  /** kill -9 of a server. What was in flight is in doubt from here on. */
  async crash(server: ServerProcess): Promise<void> {
    this.#crashes += 1;
    await server.kill();
  }

  /** kill -9 of PostgreSQL itself. The servers that live keep what they know, so nothing is in doubt for it. */
  async killDatabase(): Promise<void> {
    process.kill(await this.#databasePid(), 'SIGKILL');
  }

  async startDatabase(): Promise<void> {
    this.#database = await startEmbedded({ dataDir: path.join(this.#folder, 'postgres') });
  }

  /** Shuts the database down, as for an upgrade of its machine. */
  async stopDatabase(): Promise<void> {
    await this.#database?.stop();
  }

  get folder(): string {
    return this.#folder;
  }

  /** Publishes no more, waits until everything is settled or will never be, and counts. */
  async settle(fault: string): Promise<LedgerRow> {
    const publisher = this.#publisher!;
    await publisher.stop();
    const began = performance.now();
    let stuck = await this.#undelivered();
    for (; performance.now() - began < settleMs; await sleep(100)) {
      const missing = [...publisher.accepted].some(
        (n) => (this.sink.acknowledged.get(n)?.size ?? 0) < webhooks,
      );
      stuck = await this.#undelivered();
      if (!missing && stuck === 0) break;
    }
    const settledAfterMs = Math.round(performance.now() - began);
    const { acknowledged } = this.sink;
    let [lost, doubled, delivered] = [0, 0, 0];
    for (const n of publisher.accepted) {
      const got = acknowledged.get(n)?.size ?? 0;
      delivered += Math.min(got, webhooks);
      lost += Math.max(0, webhooks - got);
      doubled += Math.max(0, got - webhooks);
    }
    if (this.sink.forged > 0) throw new Error(`${this.sink.forged} deliveries did not verify`);
    return {
      fault,
      accepted: publisher.accepted.size * webhooks,
      delivered,
      lost,
      duplicated: this.sink.duplicates,
      duplicatesAtMost: this.#crashes * inDoubtAtMost,
      doubled,
      stuck,
      refusals: publisher.refusals,
      settledAfterMs,
    };
  }

  /** Clears everything away, whatever state it is in. */
  async close(): Promise<void> {
    await this.#publisher?.stop().catch(() => undefined);
    for (const server of this.servers) await server.stop().catch(() => server.kill());
    await this.#database?.stop();
    const orphan = await this.#databasePid().catch(() => undefined);
    if (orphan !== undefined)
      try {
        process.kill(orphan, 'SIGKILL');
      } catch {
        // It is gone already.
      }
    await this.sink.become('down');
    // A folder that was given is its giver's to remove.
    if (this.#options.folder === undefined) await rm(this.#folder, { recursive: true, force: true });
  }

  /** What the servers said last, for whoever looks into a fault that went wrong. */
  get said(): string {
    const refused = `The publisher was last refused with: ${this.#publisher?.lastRefusal ?? ''}`;
    return [refused, ...this.servers.map((server) => server.said.slice(-3_000))].join('\n---\n');
  }

  async #databasePid(): Promise<number> {
    const owner = this.#database === undefined ? path.join(this.#folder, 'data-0') : this.#folder;
    const text = await readFile(path.join(owner, 'postgres/cluster/postmaster.pid'), 'utf8');
    return Number(text.split('\n')[0]);
  }

  #headers(): Record<string, string> {
    return {
      authorization: `Bearer ${this.#operatorKey}`,
      ...(this.#tenantId === '' ? {} : { 'mortise-tenant': this.#tenantId }),
    };
  }

  async #call<T>(method: string, way: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${this.servers.at(-1)!.url}/api/${way}`, {
      method,
      headers: {
        ...this.#headers(),
        ...(method === 'POST' ? { 'idempotency-key': crypto.randomUUID() } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${way} answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  /** What the product says is undelivered; Infinity while it cannot say. */
  async #undelivered(): Promise<number> {
    const answer = await this.#call<{ data: { count: number }[] }>('GET', 'deliveries/undelivered').catch(
      () => undefined,
    );
    return answer?.data.reduce((sum, { count }) => sum + count, 0) ?? Infinity;
  }

  async #until(what: string, holds: () => boolean): Promise<void> {
    for (const deadline = Date.now() + settleMs; !holds(); await sleep(20)) {
      if (Date.now() > deadline)
        throw new Error(`${what} did not come about. The servers said:\n${this.said}`);
    }
  }
}
