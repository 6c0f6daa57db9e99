import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { startEmbedded } from '@mortise/platform/database/embedded';

export interface Server {
  /** Of an empty database. */
  url: string;
  /** Makes another one. @returns its URL */
  addDatabase(): Promise<string>;
  /** Ends it, or drops what was made on it. */
  close(): Promise<void>;
}

/** A PostgreSQL to measure on: an embedded one in a temporary folder, or databases on the server of DATABASE_URL. */
export async function openServer(): Promise<Server> {
  const given = process.env.DATABASE_URL;
  const embedded = given === undefined || given === '' ? await openEmbedded() : undefined;
  const made: string[] = [];
  const admin = new pg.Client({ connectionString: embedded?.url ?? given });
  await admin.connect();

  async function addDatabase(): Promise<string> {
    const name = `mortise_bench_${randomBytes(4).toString('hex')}`;
    await admin.query(`create database ${name}`);
    made.push(name);
    const url = new URL(embedded?.url ?? given ?? '');
    url.pathname = `/${name}`;
    return url.href;
  }

  return {
    url: await addDatabase(),
    addDatabase,
    async close() {
      if (embedded === undefined)
        for (const name of made) await admin.query(`drop database ${name} with (force)`);
      await admin.end();
      await embedded?.close();
    },
  };
}

async function openEmbedded(): Promise<{ url: string; close(): Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'mortise-bench-'));
  // PostgreSQL runs as another user where this runs as root, and must pass through.
  await chmod(folder, 0o711);
  const embedded = await startEmbedded({ dataDir: path.join(folder, 'postgres') });
  return {
    url: embedded.url,
    async close() {
      await embedded.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
