import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const { pinnedNode } = (await import(new URL('./pinned-node.mjs', import.meta.url).href)) as {
  pinnedNode: (options: { root: string; running: { version: string; path: string } }) => string;
};
const packageName = `node-${process.platform}-${process.arch}`;
let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'mortise-node-'));
  writeFileSync(
    path.join(root, 'package.json'),
    JSON.stringify({ optionalDependencies: { [packageName]: '24.21.0' } }),
  );
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const choose = (version: string): string => pinnedNode({ root, running: { version, path: '/running' } });

function bundle(): string {
  const file = path.join(root, 'node_modules', packageName, 'bin/node');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, '');
  chmodSync(file, 0o644);
  return file;
}

test('the running Node is used when it is of the pinned major', () => {
  bundle();
  expect(choose('24.0.0')).toBe('/running');
  expect(choose('24.99.1')).toBe('/running');
});

test('otherwise the Node that came with the dependencies is, made executable if it is not', () => {
  const file = bundle();
  for (const version of ['20.20.2', '22.19.0', '26.1.0']) expect(choose(version)).toBe(file);
  expect(statSync(file).mode & 0o111).toBe(0o111);
});

test('with neither, the refusal says which to install', () => {
  expect(() => choose('20.20.2')).toThrow(expect.objectContaining({ code: 'NODE_UNSUITABLE' }));
  expect(() => choose('20.20.2')).toThrow(/Install Node 24 .* npm ci --include=optional/);
});
