import dns from 'node:dns';
import { readFileSync } from 'node:fs';
import net from 'node:net';

// Loaded into a process that runs transforms before its own code: what stands in for an expression that has come out of
// its context, with more in its hands than one would have. Asked to, it tries to get out and says how each try ended.

const getBuiltinModule = process.getBuiltinModule.bind(process);
const { connect, Socket } = net;

/** @returns each way out with what barred it; null for one that is open */
async function tryAll(port: number, file: string): Promise<Record<string, string | null>> {
  const viaSocket = (open: () => net.Socket) =>
    new Promise((resolve, reject) => open().on('connect', resolve).on('error', reject));
  const host = '127.0.0.1';
  const ways: Record<string, () => unknown> = {
    'read a file': () => readFileSync(file),
    'read its own environment': () => readFileSync('/proc/self/environ'),
    'connect with net': () => viaSocket(() => connect({ port, host })),
    'connect with a socket': () => viaSocket(() => new Socket().connect(port, host)),
    fetch: () => fetch(`http://${host}:${port}/`),
    'ask for a name': () => dns.promises.resolve4('example.com'),
    listen: () => net.createServer().listen(0, host),
    'import a module': () => import('node:http'),
    'get a module': () => process.getBuiltinModule('node:http'),
    'get one as it was before': () =>
      getBuiltinModule('node:dgram').createSocket('udp4').send('x', port, host),
    'start a process': () => getBuiltinModule('node:child_process').execFileSync('/bin/true'),
    'start a thread': () => new (getBuiltinModule('node:worker_threads').Worker)('1', { eval: true }),
    'write a file': () => getBuiltinModule('node:fs').writeFileSync('/tmp/out', ''),
    'end its parent': () => process.kill(process.ppid, 0),
    'reach into Node': () => (process as unknown as { binding(name: string): unknown }).binding('tcp_wrap'),
    'make code of text': () => Reflect.construct(Function, ['return 1']),
  };
  const ended: Record<string, string | null> = {};
  for (const [name, go] of Object.entries(ways)) {
    try {
      await go();
      ended[name] = null;
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      ended[name] = String(cause);
    }
  }
  return ended;
}

process.on('message', (asked: { breakOut?: { port: number; file: string } }) => {
  if (asked.breakOut === undefined) return;
  void tryAll(asked.breakOut.port, asked.breakOut.file).then((ended) => process.send?.({ ended }));
});
