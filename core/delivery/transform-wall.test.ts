import { once } from 'node:events';
import { realpathSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { startTransformProcess, transformOptions } from './start-transform-process.ts';
import type { TransformQuestion } from './transform-message.ts';

test('code that runs in a process for transforms cannot read a file of the machine, connect, listen, or touch another process', async () => {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const breakOut = realpathSync(fileURLToPath(new URL('./testing/break-out.ts', import.meta.url)));
  const child = startTransformProcess([`--allow-fs-read=${breakOut}`, '--import', breakOut]);
  try {
    expect(await once(child, 'message')).toEqual(['ready', undefined]);
    const question: TransformQuestion = {
      tenantId: 'one',
      expression: 'data.n + 1',
      body: '{"data":{"n":1}}',
      deadlineMs: 10_000,
      mostBytes: 1_000,
    };
    const { port } = server.address() as AddressInfo;
    child.send({ ...question, breakOut: { port, file: '/etc/passwd' } });
    // It does what it is there for all the same.
    expect((await once(child, 'message'))[0]).toEqual({ kind: 'given', body: '2' });
    const [{ ended }] = (await once(child, 'message')) as [{ ended: Record<string, string | null> }];
    expect(Object.keys(ended).length).toBeGreaterThan(10);
    for (const [way, barred] of Object.entries(ended))
      expect([way, barred]).toEqual([
        way,
        expect.stringMatching(
          /has been restricted|may not do this|Code generation|process\.binding/,
        ) as string,
      ]);
    expect(connections).toBe(0);
  } finally {
    child.kill('SIGKILL');
    server.close();
  }
});

test('an older Node is asked by the name that it knows, one without permissions for none', () => {
  const files = ['/a', '/b'];
  const reads = ['--allow-fs-read=/a', '--allow-fs-read=/b'];
  const of = (...known: string[]) => transformOptions(new Set(known), files).slice(2);
  expect(of('--permission', '--allow-net')).toEqual(['--permission', ...reads]);
  expect(of('--experimental-permission')).toEqual(['--experimental-permission', ...reads]);
  expect(of()).toEqual([]);
});
