import type { ChildProcess } from 'node:child_process';
import type { FromCourier, ToCourier } from './courier-messages.ts';
import type { Renewer, RenewalEnd, RenewalJob } from './renewer.ts';

export interface CourierOptions<S> {
  /** Starts the process that calls `serveCourier`, with a channel and apart from this one's group. */
  start(): ChildProcess;
  /** What it is told once, over the channel. */
  setUp: S;
  /** Makes renewals here while no process can be started. */
  here: Renewer;
  logger: { warn(details: object, message: string): void };
  /** It is let go when it has had nothing to do for so long. Default five minutes. */
  idleMs?: number;
}

/** `gone`: it ended with the job under way. `unstarted`: it never got as far as a job. */
type Fate = RenewalEnd | 'gone' | 'unstarted';

interface Waiting {
  resolve(fate: Fate): void;
  reject(error: Error): void;
}

interface Running {
  ask(job: RenewalJob): Promise<Fate>;
  hangUp(): void;
  ended: Promise<void>;
}

/** A process that cannot be started now is not tried again for each token. */
const startAgainMs = 60_000;

/**
 * Has renewals made by a small process beside this one, which finishes what is under way when this one dies. It starts
 * with the first renewal. If it is the one that dies, another is started and given the job once more, which the lease in
 * the row makes safe: only where the token endpoint had been asked does anything hang on what the provider makes of the
 * old token. Where none can be started, renewals are made here, and are as safe as this process.
 */
export function createCourier<S>(options: CourierOptions<S>): Renewer {
  const { here, logger, idleMs = 5 * 60_000 } = options;
  const alive = new Set<Running>();
  const underWay = new Set<Promise<RenewalEnd>>();
  let current: Running | undefined;
  let idle: NodeJS.Timeout | undefined;
  let notBefore = 0;

  function launch(): Running {
    const child = options.start();
    const waiting = new Map<number, Waiting>();
    const early: ToCourier<S>[] = [];
    let ready = false;
    let lastId = 0;

    function send(message: ToCourier<S>): void {
      // One that cannot be told has died: its end says what follows.
      if (child.connected) child.send(message, () => undefined);
    }
    child.on('message', (message: FromCourier) => {
      switch (message.kind) {
        case 'listening':
          return send({ kind: 'setUp', setUp: options.setUp });
        case 'ready':
          ready = true;
          return early.splice(0).forEach(send);
        case 'broken':
          return logger.warn({ error: message.message }, 'A courier has broken down and is replaced');
        case 'ended':
          waiting.get(message.id)?.resolve(message.end);
          break;
        case 'failed':
          waiting.get(message.id)?.reject(new Error(message.message));
      }
      waiting.delete(message.id);
    });
    // Hung up, it takes no more jobs, and finishes those it has.
    child.once('disconnect', retire);
    const ended = new Promise<void>((resolve) => {
      child.on('error', () => resolve());
      child.once('exit', () => resolve());
    }).then(() => {
      retire();
      alive.delete(running);
      for (const one of waiting.values()) one.resolve(ready ? 'gone' : 'unstarted');
    });
    child.unref();
    child.channel?.unref();

    function retire(): void {
      if (current === running) current = undefined;
    }
    const running: Running = {
      ended,
      ask: (job) =>
        new Promise((resolve, reject) => {
          const id = (lastId += 1);
          waiting.set(id, { resolve, reject });
          if (ready) send({ kind: 'renew', id, job });
          else early.push({ kind: 'renew', id, job });
        }),
      hangUp() {
        retire();
        if (child.connected) child.disconnect();
      },
    };
    alive.add(running);
    return running;
  }

  async function ask(job: RenewalJob): Promise<Fate> {
    if (current === undefined) {
      if (Date.now() < notBefore) return 'unstarted';
      try {
        current = launch();
      } catch {
        return 'unstarted';
      }
    }
    return current.ask(job);
  }

  async function renew(job: RenewalJob): Promise<RenewalEnd> {
    for (let attempt = 1; attempt <= 2; attempt++) {
      const fate = await ask(job);
      if (fate === 'unstarted') {
        if (notBefore === 0)
          logger.warn({}, 'No courier can be started: tokens are renewed in this process instead');
        if (Date.now() >= notBefore) notBefore = Date.now() + startAgainMs;
        return here.renew(job);
      }
      if (fate !== 'gone') return fate;
    }
    throw new Error('The courier ended twice while it renewed this token');
  }

  return {
    renew(job) {
      clearTimeout(idle);
      const own = renew(job).finally(() => {
        underWay.delete(own);
        if (underWay.size > 0) return;
        clearTimeout(idle);
        idle = setTimeout(() => current?.hangUp(), idleMs).unref();
      });
      underWay.add(own);
      return own;
    },
    async close() {
      await Promise.allSettled(underWay);
      clearTimeout(idle);
      for (const one of alive) one.hangUp();
      await Promise.all([...[...alive].map(({ ended }) => ended), here.close()]);
    },
  };
}
