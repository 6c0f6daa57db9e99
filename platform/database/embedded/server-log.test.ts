import { closeSync, mkdtempSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { serverLog } from './server-log.ts';

test('a log past its limit starts over while the server goes on writing, and keeps what was before', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'mortise-log-'));
  const file = path.join(folder, 'postgresql.log');
  const log = serverLog(file, 100);
  expect(log.size()).toBe(0);
  const output = log.open();
  writeSync(output, 'a'.repeat(100));
  log.trim();
  expect(log.size()).toBe(100);
  writeSync(output, 'b');
  log.trim();
  expect(log.size()).toBe(0);
  const begin = log.size();
  writeSync(output, 'after\n');
  expect(log.since(begin)).toBe('after');
  expect(readFileSync(file, 'utf8')).toBe('after\n');
  expect(readFileSync(`${file}.1`, 'utf8')).toBe(`${'a'.repeat(100)}b`);
  closeSync(output);
  rmSync(folder, { recursive: true, force: true });
});

test('only the end of a long output is given back', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'mortise-log-'));
  const log = serverLog(path.join(folder, 'postgresql.log'));
  const output = log.open();
  writeSync(output, `${'x'.repeat(100_000)} the reason`);
  expect(log.since(0)).toMatch(/^x+ the reason$/);
  expect(log.since(0).length).toBeLessThan(5_000);
  closeSync(output);
  rmSync(folder, { recursive: true, force: true });
});
