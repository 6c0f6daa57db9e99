import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveDashboard } from './dashboard.ts';

let app: FastifyInstance;
let folder: string;
let port: number;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mortise-dashboard-'));
  await mkdir(join(folder, 'dist/assets'), { recursive: true });
  await writeFile(join(folder, 'secret.txt'), 'outside');
  await writeFile(join(folder, 'dist/index.html'), '<!doctype html><title>The page</title>');
  await writeFile(join(folder, 'dist/theme.js'), 'start()');
  await writeFile(join(folder, 'dist/.built'), 'hidden');
  await writeFile(join(folder, 'dist/assets/main-abc123.js'), 'export {}');
  app = Fastify();
  await serveDashboard(app, join(folder, 'dist'));
  await app.listen({ host: '127.0.0.1', port: 0 });
  port = (app.server.address() as { port: number }).port;
});
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

const get = (path: string, method = 'GET') => fetch(`http://127.0.0.1:${port}${path}`, { method });

/** A path as it stands on the wire: fetch would tidy it up first. */
const raw = (path: string) =>
  new Promise<string>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
    );
    let text = '';
    socket.on('data', (data) => (text += data.toString()));
    socket.on('end', () => resolve(text));
    socket.on('error', reject);
  });

test('every path of the dashboard gets its page, under a policy that lets no foreign or inline script run', async () => {
  for (const path of ['/', '/connections', '/runs/run_01', '/index.html', '/a.b/c']) {
    const answer = await get(path);
    expect([path, answer.status, await answer.text()]).toEqual([
      path,
      200,
      '<!doctype html><title>The page</title>',
    ]);
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
    expect(answer.headers.get('cache-control')).toBe('no-cache');
  }
});

test('assets, whose names change with their content, are kept for good; all else is asked for anew', async () => {
  const asset = await get('/assets/main-abc123.js');
  expect([asset.status, asset.headers.get('cache-control')]).toEqual([
    200,
    'public, max-age=31536000, immutable',
  ]);
  expect((await get('/theme.js')).headers.get('cache-control')).toBe('no-cache');
});

test('an asset that is gone is a 404 and not a page', async () => {
  expect((await get('/assets/main-old.js')).status).toBe(404);
});

test('HEAD works as GET does', async () => {
  for (const path of ['/', '/members', '/assets/main-abc123.js']) {
    const answer = await get(path, 'HEAD');
    expect([
      path,
      answer.status,
      await answer.text(),
      Number(answer.headers.get('content-length')) > 0,
    ]).toEqual([path, 200, '', true]);
  }
});

test('nothing outside the folder, no hidden file and no listing is served', async () => {
  for (const path of [
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/assets/%2e%2e%2f%2e%2e%2fsecret.txt',
    '/..%5csecret.txt',
    '//etc/passwd',
    '/.built',
    '/assets/',
    '/assets',
  ]) {
    const answer = await raw(path);
    expect([path, /outside|hidden|root:|main-abc/.test(answer)]).toEqual([path, false]);
  }
});

test('an installation whose dashboard has not been built says how to build it', async () => {
  const bare = Fastify();
  await serveDashboard(bare, join(folder, 'nothing'));
  const answer = await bare.inject('/');
  expect(answer.body).toContain('npm start');
  await bare.close();
});
