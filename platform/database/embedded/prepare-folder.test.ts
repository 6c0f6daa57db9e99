import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EmbeddedDatabaseError } from './embedded-database-error.ts';
import { prepareFolder, requireReachable } from './prepare-folder.ts';

const stranger = { name: 'stranger', uid: 65_111, gid: 65_111 };
let parent: string;

beforeEach(() => {
  parent = realpathSync(mkdtempSync(path.join(tmpdir(), 'mortise-folder-')));
});

afterEach(() => rmSync(parent, { recursive: true, force: true }));

test('a closed parent folder is named, with what to do, and is not opened', () => {
  const folder = path.join(parent, 'home', 'data');
  mkdirSync(folder, { recursive: true });
  chmodSync(parent, 0o755);
  chmodSync(path.join(parent, 'home'), 0o700);
  let thrown: unknown;
  try {
    requireReachable(folder, stranger);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(EmbeddedDatabaseError);
  expect(thrown).toMatchObject({
    code: 'EMBEDDED_PG_UNREACHABLE_FOLDER',
    message: expect.stringContaining(`chmod o+x ${path.join(parent, 'home')}`),
  });
  expect(statSync(path.join(parent, 'home')).mode & 0o777).toBe(0o700);
});

test('the data folder itself is opened for entering, not for listing', () => {
  const folder = path.join(parent, 'data');
  chmodSync(parent, 0o755);
  mkdirSync(folder, { mode: 0o700 });
  requireReachable(folder, stranger);
  expect(statSync(folder).mode & 0o777).toBe(0o711);
});

test('a way that its owner, group or everybody may go is free', () => {
  const folder = path.join(parent, 'data');
  mkdirSync(folder, { mode: 0o700 });
  chmodSync(parent, 0o700);
  const { uid, gid } = statSync(folder);
  expect(() => requireReachable(folder, { name: 'owner', uid, gid })).not.toThrow();
  chmodSync(parent, 0o710);
  chmodSync(folder, 0o710);
  expect(() => requireReachable(folder, { name: 'member', uid: stranger.uid, gid })).not.toThrow();
});

test('a missing data folder is made with its parents; a file in its place is refused', () => {
  const folder = path.join(parent, 'a', 'b');
  expect(prepareFolder(folder)).toBe(folder);
  expect(existsSync(folder)).toBe(true);
  const file = path.join(parent, 'file');
  writeFileSync(file, '');
  expect(() => prepareFolder(path.join(file, 'data'))).toThrow(
    expect.objectContaining({ code: 'EMBEDDED_PG_FOLDER_NOT_WRITABLE' }),
  );
});
