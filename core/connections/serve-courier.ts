import type { FromCourier, ToCourier } from './courier-messages.ts';
import type { Renewer } from './renewer.ts';

/**
 * A courier's whole life: it is told what it needs, makes renewals until its process hangs up or is gone, finishes what
 * is under way, and ends. Call it once, first thing, in a process that was forked with a channel.
 *
 * A signal to end is taken as the process's hanging up: whoever kills politely loses nothing. What is meant for the
 * terminal is none of its business, nor is an error outside of any renewal a reason to drop one that is under way.
 *
 * @param compose makes the renewer from the set-up, as `createCourier` was given it, by drivers of its own
 */
export function serveCourier(compose: (setUp: never) => Renewer): void {
  const running = new Set<Promise<void>>();
  let renewer: Renewer | undefined;
  let code = 0;

  function tell(message: FromCourier): void {
    // Nobody may be there any more to hear it: the row says the same.
    if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
  }

  process.on('message', (message: ToCourier<never>) => {
    if (message.kind === 'setUp') {
      renewer = compose(message.setUp);
      tell({ kind: 'ready' });
      return;
    }
    const { id, job } = message;
    if (renewer === undefined) throw new Error('A courier needs its set-up before its first job');
    const own = renewer
      .renew(job)
      .then(
        (end) => tell({ kind: 'ended', id, end }),
        (error: unknown) => tell({ kind: 'failed', id, message: messageOf(error) }),
      )
      .finally(() => running.delete(own));
    running.add(own);
  });

  async function finish(): Promise<void> {
    await Promise.all(running);
    await renewer?.close().catch(() => undefined);
    process.exit(code);
  }
  process.once('disconnect', () => void finish());

  const hangUp = () => {
    if (process.connected) process.disconnect();
  };
  process.on('SIGTERM', hangUp);
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
  process.on('uncaughtException', (error) => {
    code = 1;
    tell({ kind: 'broken', message: messageOf(error) });
    hangUp();
  });

  if (process.connected) tell({ kind: 'listening' });
  else void finish();
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
