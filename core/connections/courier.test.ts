import { spawn, type ChildProcess } from 'node:child_process';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createCourier } from './courier.ts';
import type { Renewer, RenewalJob } from './renewer.ts';
import { isRunning } from './testing/processes.ts';
import { renewerConformance } from './testing/renewer-conformance.ts';
import { startTestCourier } from './testing/start-test-courier.ts';

const nobody: Renewer = {
  renew: () => Promise.reject(new Error('There is no courier')),
  close: async () => undefined,
};
const quiet = { warn: () => undefined };

renewerConformance((setUp) => createCourier({ start: startTestCourier, setUp, here: nobody, logger: quiet }));

describe('a courier process', () => {
  const children: ChildProcess[] = [];
  const opened: Renewer[] = [];
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close();
    children.length = 0;
  });
  const job: RenewalJob = {
    tenantId: '00000000-0000-7000-8000-000000000000',
    connectionId: '00000000-0000-7000-8000-000000000001',
    version: 1,
    owner: '00000000-0000-7000-8000-000000000002',
  };
  // Nobody listens there: each job fails in the courier, which is all that these tests need of it.
  const setUp = {
    databaseUrl: 'postgresql://127.0.0.1:1/x',
    providerUrl: 'http://127.0.0.1:1',
    leaseMs: 1_000,
  };

  function open(options: { idleMs?: number; start?: () => ChildProcess; here?: Renewer } = {}) {
    const warnings: string[] = [];
    const renewer = createCourier({
      setUp,
      here: nobody,
      logger: { warn: (_details, message) => void warnings.push(message) },
      start() {
        const child = startTestCourier();
        children.push(child);
        return child;
      },
      ...options,
    });
    opened.push(renewer);
    return { renewer, warnings };
  }
  const ends = (child: ChildProcess) =>
    vi.waitFor(async () => expect(await isRunning(child.pid!)).toBe(false), 10_000);

  it('starts with the first renewal, serves the next ones, and is gone once closed', async () => {
    const { renewer } = open();
    expect(children).toHaveLength(0);
    for (let n = 0; n < 3; n += 1) await expect(renewer.renew(job)).rejects.toThrow('ECONNREFUSED');
    expect(children).toHaveLength(1);
    await renewer.close();
    expect([children[0]!.exitCode, children[0]!.signalCode]).toEqual([0, null]);
  });

  it('is let go when it has nothing to do, and another one comes when there is', async () => {
    const { renewer } = open({ idleMs: 1 });
    await renewer.renew(job).catch(() => undefined);
    await ends(children[0]!);
    await expect(renewer.renew(job)).rejects.toThrow('ECONNREFUSED');
    expect(children).toHaveLength(2);
  });

  it('takes a polite signal for the end of its work, and none from the terminal', async () => {
    const { renewer } = open();
    await renewer.renew(job).catch(() => undefined);
    const [child] = children;
    child!.kill('SIGINT');
    child!.kill('SIGHUP');
    await expect(renewer.renew(job)).rejects.toThrow('ECONNREFUSED');
    expect(children).toHaveLength(1);
    child!.kill('SIGTERM');
    // It is gone from the system a moment before this process is told how it ended.
    await vi.waitFor(() => expect([child!.exitCode, child!.signalCode]).toEqual([0, null]), {
      timeout: 20_000,
    });
  });

  it.each<[string, () => ChildProcess]>([
    ['that is not there', () => spawn('/nowhere/at-all', { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })],
    [
      'that ends before it listens',
      () => spawn(process.execPath, ['-e', ''], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] }),
    ],
    [
      'that cannot be started at all',
      () => {
        throw new Error('EAGAIN');
      },
    ],
  ])('%s is told of once, and renewals are made in this process', async (_what, start) => {
    const made: RenewalJob[] = [];
    const here: Renewer = {
      renew: async (one) => (made.push(one), { kind: 'held' }),
      close: async () => undefined,
    };
    const { renewer, warnings } = open({ start, here });
    for (let n = 0; n < 3; n += 1) expect(await renewer.renew(job)).toEqual({ kind: 'held' });
    expect(made).toEqual([job, job, job]);
    expect(warnings).toEqual(['No courier can be started: tokens are renewed in this process instead']);
  });
});
