import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { processIdentity } from './process-identity.ts';
import { takeOwnership } from './take-ownership.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mortise-owner-'));
  file = path.join(folder, 'owner');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('of many who try at once exactly one owns the folder, and after it another can', async () => {
  const tries = await Promise.allSettled(Array.from({ length: 20 }, () => takeOwnership(file)));
  const won = tries.filter((one) => one.status === 'fulfilled');
  expect(won).toHaveLength(1);
  const refusals = tries.flatMap((one): unknown[] => (one.status === 'rejected' ? [one.reason] : []));
  expect(refusals).toEqual(Array(19).fill(expect.objectContaining({ code: 'EMBEDDED_PG_IN_USE' })));
  won[0]?.value();
  expect(existsSync(file)).toBe(false);
  const giveUp = await takeOwnership(file);
  giveUp();
});

test('a live owner is left alone', async () => {
  const program = spawn('sleep', ['600'], { stdio: 'ignore' });
  await once(program, 'spawn');
  const owner = `${program.pid} ${processIdentity(program.pid ?? 0)}`;
  writeFileSync(file, owner);
  await expect(takeOwnership(file)).rejects.toThrow(`process ${program.pid}`);
  expect(readFileSync(file, 'utf8')).toBe(owner);
  const ended = once(program, 'exit');
  program.kill();
  await ended;
  (await takeOwnership(file))();
});

test('an owner whose number went to another process, or that was cut off while writing, is passed over', async () => {
  writeFileSync(file, `${process.pid} an earlier boot/1`);
  (await takeOwnership(file))();
  writeFileSync(file, '');
  utimesSync(file, new Date(0), new Date(0));
  const giveUp = await takeOwnership(file);
  expect(readFileSync(file, 'utf8')).toBe(`${process.pid} ${processIdentity(process.pid)}`);
  giveUp();
});

test('giving up does not take the folder from its next owner', async () => {
  const giveUp = await takeOwnership(file);
  writeFileSync(file, '1 another');
  giveUp();
  expect(readFileSync(file, 'utf8')).toBe('1 another');
});
