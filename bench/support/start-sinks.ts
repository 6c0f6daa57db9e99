import { fork } from 'node:child_process';
import { once } from 'node:events';

export interface Sinks {
  /** An endpoint each. */
  ports: readonly number[];
  /** The same as origins. */
  urls: readonly string[];
  /** The latencies in microseconds, unsorted, of all that has come since it was last asked. */
  collect(): Promise<number[]>;
  close(): void;
}

/**
 * Starts endpoints in a process of their own, so that what they take is not taken from what is measured.
 *
 * @param scheme https with a certificate of the authority that tests have
 */
export async function startSinks(origins: number, scheme: 'http' | 'https' = 'http'): Promise<Sinks> {
  const child = fork(new URL('./sink.ts', import.meta.url), [String(origins), scheme]);
  const heard = async () => ((await once(child, 'message')) as [number[]])[0];
  const ports = await heard();
  return {
    ports,
    urls: ports.map((port) => `${scheme}://127.0.0.1:${port}`),
    async collect() {
      const answer = heard();
      child.send('collect');
      return answer;
    },
    close: () => child.disconnect(),
  };
}
