import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { EmulatorSnapshot } from '@mortise/providers/kit/emulator';

type Snapshots = Record<string, EmulatorSnapshot>;

interface Stored {
  version: 1;
  seed: number;
  emulators: Snapshots;
}

/**
 * The sandbox's memory on disk. Written whole to a file beside it and renamed, so that a reader, or a start after a
 * kill, sees the old state or the new and nothing between. One write at a time; changes that come meanwhile share
 * the next one. Without a path everything is a no-op.
 */
export class StateFile {
  readonly #path: string | undefined;
  readonly #seed: number;
  readonly #take: () => Snapshots;
  #dirty = false;
  #writing: Promise<void> | undefined;

  constructor(path: string | undefined, seed: number, take: () => Snapshots) {
    this.#path = path;
    this.#seed = seed;
    this.#take = take;
  }

  /** What was kept; nothing when there is no file, or it belongs to a world of another seed. */
  async load(): Promise<Snapshots> {
    if (this.#path === undefined) return {};
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
      throw error;
    }
    const stored = JSON.parse(text) as Stored;
    return stored.version === 1 && stored.seed === this.#seed ? stored.emulators : {};
  }

  touch(): void {
    this.#dirty = true;
  }

  /** Resolves when every change so far is on disk. */
  async settled(): Promise<void> {
    if (this.#path === undefined) return;
    // A write under way may have begun before the change that is waited for; the next one holds it for certain.
    if (this.#writing !== undefined) await this.#writing;
    if (this.#dirty) this.#writing ??= this.#write(this.#path).finally(() => (this.#writing = undefined));
    if (this.#writing !== undefined) await this.#writing;
  }

  async #write(path: string): Promise<void> {
    this.#dirty = false;
    const stored: Stored = { version: 1, seed: this.#seed, emulators: this.#take() };
    const text = JSON.stringify(stored);
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(`${path}.new`, text, { mode: 0o600 });
      await rename(`${path}.new`, path);
    } catch (error) {
      this.#dirty = true;
      throw error;
    }
  }
}
