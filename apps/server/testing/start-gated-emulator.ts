import {
  serveEmulator,
  type EmulatorDefinition,
  type EmulatorOptions,
} from '@mortise/providers/kit/emulator';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request that passed the gate, with the status it was answered. */
export interface Passed {
  method: string;
  path: string;
  status: number;
}

export type GatedEmulator = Awaited<ReturnType<typeof startGatedEmulator>>;

/**
 * A provider's emulator behind a gate that sees each request once it has been carried out, before its answer is handed
 * on: where a process can be killed between the two.
 */
export async function startGatedEmulator(definition: EmulatorDefinition, options: EmulatorOptions) {
  const served = await serveEmulator(definition, options);
  const { emulator, hosts } = served;
  const { port } = new URL(Object.values(hosts)[0]!);
  const passed: Passed[] = [];
  let said: string | undefined;
  let onAnswer: ((one: Passed) => Promise<void>) | undefined;
  const gate = createServer((message, reply) => {
    const { method = '', url: path = '', headers } = message;
    const onward = request({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
      void (async () => {
        const one = { method, path, status: answer.statusCode ?? 0 };
        passed.push(one);
        await onAnswer?.(one);
        if (said !== undefined) {
          answer.resume();
          reply.writeHead(200, { 'content-type': 'application/json' }).end(said);
          return;
        }
        reply.writeHead(one.status, answer.headers);
        answer.pipe(reply);
      })();
    });
    onward.on('error', () => reply.destroy());
    message.pipe(onward);
  });
  await new Promise<void>((resolve) => void gate.listen(0, '127.0.0.1', resolve));
  const at = `http://127.0.0.1:${(gate.address() as AddressInfo).port}`;
  return {
    emulator,
    hosts: Object.fromEntries(definition.hosts.map((host) => [host, `${at}/${host}`])),
    passed,
    /** What happens before an answer is handed on; undefined: nothing. */
    holdAnswers: (hold: typeof onAnswer) => void (onAnswer = hold),
    /** What is handed on in place of each answer, with a 200; undefined: the answer. */
    say: (instead: string | undefined) => void (said = instead),
    async close(): Promise<void> {
      gate.close();
      gate.closeAllConnections();
      await served.close();
    },
  };
}
