import { execFile } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Stage, type LedgerRow, type StageOptions } from './stage.ts';

const run = promisify(execFile);

/** One thing that goes wrong while events are published and delivered. */
export interface Scenario {
  name: string;
  /** What happens, as the ledger says it. */
  fault: string;
  play(): Promise<LedgerRow>;
}

/** Why a scenario cannot be played on this machine. */
export class NotHere extends Error {}

/** A scenario that needs no more than a stage. */
function scenario(
  name: string,
  fault: string,
  options: StageOptions,
  act: (stage: Stage) => Promise<void>,
): Scenario {
  return { name, fault, play: () => playOn(new Stage(options), fault, act) };
}

async function playOn(stage: Stage, fault: string, act: (stage: Stage) => Promise<void>): Promise<LedgerRow> {
  try {
    await stage.open();
    await act(stage);
    return await stage.settle(fault);
  } catch (error) {
    throw new Error(`${fault}: ${String(error)}\n${stage.said}`, { cause: error });
  } finally {
    await stage.close();
  }
}

const skewedClock = fileURLToPath(new URL('./skewed-clock.mjs', import.meta.url));
const smallDiskBytes = 320 * 1024 * 1024;

/** Faults with the sink, the process, the database, the machine. Each plays with load on. */
export const scenarios: readonly Scenario[] = [
  scenario('process', 'kill -9 of the process, three times', { database: 'own' }, async (stage) => {
    const [server] = stage.servers;
    for (let round = 0; round < 3; round++) {
      await stage.deliveries(600);
      await stage.crash(server!);
      await server!.start();
    }
    await stage.deliveries(400);
  }),

  scenario('database', 'kill -9 of PostgreSQL, three times', { database: 'own' }, async (stage) => {
    for (let round = 0; round < 3; round++) {
      await stage.deliveries(600);
      await stage.killDatabase();
    }
    await stage.deliveries(600);
  }),

  scenario(
    'both',
    'kill -9 of PostgreSQL and the process, three times',
    { database: 'own' },
    async (stage) => {
      const [server] = stage.servers;
      for (let round = 0; round < 3; round++) {
        await stage.deliveries(600);
        await stage.killDatabase();
        await stage.crash(server!);
        await server!.start();
      }
      await stage.deliveries(400);
    },
  ),

  scenario('away', 'PostgreSQL away for 60 s', { database: 'apart' }, async (stage) => {
    await stage.deliveries(600);
    await stage.stopDatabase();
    await sleep(60_000);
    await stage.startDatabase();
    await stage.deliveries(600);
  }),

  scenario('sink-down', 'endpoint down for 15 s', { database: 'own' }, async (stage) => {
    await stage.deliveries(600);
    await stage.sink.become('down');
    await sleep(15_000);
    await stage.sink.become('up');
    await stage.deliveries(600);
  }),

  scenario(
    'sink-hanging',
    'endpoint takes requests and never answers, for 15 s',
    { database: 'own' },
    async (stage) => {
      await stage.deliveries(600);
      await stage.sink.become('hanging');
      await sleep(15_000);
      await stage.sink.become('up');
      await stage.deliveries(600);
    },
  ),

  scenario(
    'two-processes',
    'two processes on one database, one killed and not started again',
    { database: 'apart', servers: 2 },
    async (stage) => {
      await stage.deliveries(800);
      await stage.crash(stage.servers[0]!);
      await stage.deliveries(800);
    },
  ),

  scenario(
    'clock',
    'clock of the process set back an hour for 15 s: endpoints refuse its time stamps',
    { database: 'own', nodeArguments: ['--import', skewedClock] },
    async (stage) => {
      await stage.deliveries(600);
      stage.servers[0]!.signal('SIGUSR2');
      await sleep(15_000);
      stage.servers[0]!.signal('SIGUSR2');
      await stage.deliveries(1_000);
    },
  ),

  {
    name: 'disk-full',
    fault: 'disk of PostgreSQL full for 15 s',
    async play() {
      const folder = await mkdtemp(path.join(tmpdir(), 'mortise-small-disk-'));
      try {
        await run('mount', ['-t', 'tmpfs', '-o', `size=${smallDiskBytes}`, 'tmpfs', folder]);
      } catch {
        await rm(folder, { recursive: true, force: true });
        throw new NotHere('needs the right to mount a small file system (root)');
      }
      try {
        return await playOn(new Stage({ database: 'own', folder }), this.fault, async (stage) => {
          await stage.deliveries(600);
          const ballast = path.join(folder, 'ballast');
          await fill(ballast);
          await sleep(15_000);
          await rm(ballast);
          await stage.deliveries(600);
        });
      } finally {
        await run('umount', [folder]).catch(() => run('umount', ['--lazy', folder]));
        await rm(folder, { recursive: true, force: true });
      }
    },
  },
];

/** Writes until there is no room left. */
async function fill(file: string): Promise<void> {
  const handle = await open(file, 'w');
  const block = Buffer.alloc(64 * 1024, 1);
  try {
    for (;;) await handle.write(block);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  } finally {
    await handle.close();
  }
}
