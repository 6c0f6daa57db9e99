import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../apps/server/main.ts', import.meta.url));

/** A port of loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** The product as a process of its own, which can be killed without a warning and started again. */
export class ServerProcess {
  readonly url: string;
  readonly #env: Record<string, string>;
  readonly #nodeArguments: readonly string[];
  #child: ChildProcess | undefined;
  #said = '';

  /**
   * @param env settings; the environment's own are not passed on
   * @param nodeArguments for Node itself, before the program
   */
  constructor(port: number, env: Record<string, string>, nodeArguments: readonly string[] = []) {
    this.url = `http://127.0.0.1:${port}`;
    this.#nodeArguments = nodeArguments;
    const own = Object.entries(process.env).filter(
      ([name]) => !/^(MORTISE_|DATABASE_URL|NODE_|VITEST)/.test(name),
    );
    this.#env = {
      ...(Object.fromEntries(own) as Record<string, string>),
      MORTISE_PORT: String(port),
      MORTISE_SANDBOX: 'off',
      MORTISE_LOG_LEVEL: 'warn',
      ...env,
    };
  }

  /** Starts it and waits until it says that it is ready. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [...this.#nodeArguments, main], {
      env: this.#env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text) => (this.#said = (this.#said + String(text)).slice(-100_000)));
    for (;;) {
      if (child.exitCode !== null) throw new Error(`The server ended:\n${this.#said}`);
      if (await this.isReady()) return;
      await sleep(20);
    }
  }

  isReady(): Promise<boolean> {
    return fetch(`${this.url}/api/health/ready`, { signal: AbortSignal.timeout(5_000) }).then(
      (answer) => answer.ok,
      () => false,
    );
  }

  signal(name: NodeJS.Signals): void {
    this.#child?.kill(name);
  }

  /** kill -9, and gone when this resolves. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
    if (child.exitCode !== 0) throw new Error(`The server did not stop cleanly:\n${this.#said}`);
  }

  /** The last of what it printed. */
  get said(): string {
    return this.#said;
  }
}
