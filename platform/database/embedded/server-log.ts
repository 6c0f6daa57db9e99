import { closeSync, copyFileSync, openSync, readSync, statSync, truncateSync } from 'node:fs';

const defaultLimitBytes = 8 * 1024 * 1024;
const tailBytes = 4_096;

/** PostgreSQL's own log: `file`, and the part before it in `file.1`. Together never much more than twice the limit. */
export interface ServerLog {
  /** Opens the file for appending; for a server's output. To be closed by the caller. */
  open(): number;
  /** The file's length in bytes. */
  size(): number;
  /** What was written after `offset`, its last few kilobytes. */
  since(offset: number): string;
  /** Starts over when the file has grown past the limit. */
  trim(): void;
}

/** @param limitBytes past it, `trim` moves the content to `file.1` */
export function serverLog(file: string, limitBytes = defaultLimitBytes): ServerLog {
  const size = (): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  return {
    open: () => openSync(file, 'a', 0o600),
    size,
    since(offset) {
      const start = Math.max(offset, size() - tailBytes);
      const buffer = Buffer.alloc(Math.max(0, size() - start));
      const handle = openSync(file, 'r');
      try {
        return buffer.toString('utf8', 0, readSync(handle, buffer, 0, buffer.length, start)).trim();
      } finally {
        closeSync(handle);
      }
    },
    trim() {
      if (size() <= limitBytes) return;
      // Copied and cut, not renamed: a running server, an adopted one too, goes on writing to the file it has open.
      copyFileSync(file, `${file}.1`);
      truncateSync(file, 0);
    },
  };
}
