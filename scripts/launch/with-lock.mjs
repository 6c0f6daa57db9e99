import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';

const heartbeatMs = 5_000;
const abandonedAfterMs = 60_000;
const orphanPatienceMs = 900_000;
const pollMs = 150;

/**
 * Runs `work` while holding the lock file, so that of several launchers one works and the others wait for it.
 * A holder that died or stopped beating is passed over: no lock ever has to be removed by hand. `work` names the
 * processes it starts to `guard`: the lock outlives its holder until they have ended too.
 * @template T
 * @param {string} file the lock; its folder is made
 * @param {(guard: (pid: number | undefined) => void) => Promise<T>} work
 * @param {() => void} [onWait] told once when somebody else holds the lock
 * @returns {Promise<T>}
 */
export async function withLock(file, work, onWait = () => {}) {
  mkdirSync(path.dirname(file), { recursive: true });
  let mine = `${hostname()} ${Date.now()} ${process.pid}`;
  for (let waited = false; !take(file, mine); waited = true) {
    if (!waited) onWait();
    if (!breakAbandoned(file)) await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  const beat = setInterval(() => {
    try {
      utimesSync(file, new Date(), new Date());
    } catch {
      // The lock was judged abandoned (a suspended machine): the work goes on, its result is checked by others.
    }
  }, heartbeatMs);
  try {
    return await work((pid) => {
      if (pid === undefined || read(file) !== mine) return;
      mine += ` ${pid}`;
      const aside = `${file}.${process.pid}`;
      writeFileSync(aside, mine);
      renameSync(aside, file);
    });
  } finally {
    clearInterval(beat);
    if (read(file) === mine) rmSync(file, { force: true });
  }
}

/** @param {string} file @param {string} content */
function take(file, content) {
  try {
    writeFileSync(file, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** True when the lock is gone and may be tried at once. @param {string} file */
function breakAbandoned(file) {
  const seen = read(file);
  if (seen === undefined) return true;
  if (!isAbandoned(file, seen)) return false;
  const aside = `${file}.${process.pid}.abandoned`;
  try {
    renameSync(file, aside);
  } catch {
    return true;
  }
  // Between the reading and the renaming another launcher may have taken it over: give it back what is its own.
  // A third one may hold it by now, which is why it is not simply renamed back.
  const other = read(aside);
  if (other !== seen && other !== undefined) take(file, other);
  rmSync(aside, { force: true });
  return true;
}

/** @param {string} file @param {string} content */
function isAbandoned(file, content) {
  const [host, , ...pids] = content.split(' ');
  if (host === hostname() && !pids.some((pid) => isAlive(Number(pid)))) return true;
  // No beat for long: the number belongs to another process by now, or to another machine's. A dead holder's `npm ci`
  // does not beat, and is given the time it may need.
  const patienceMs = pids.length > 1 ? orphanPatienceMs : abandonedAfterMs;
  try {
    return Date.now() - statSync(file).mtimeMs > patienceMs;
  } catch {
    return true;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
