import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { startEmbedded } from '@mortise/platform/database/embedded';

/** An empty database to measure on: an embedded server of its own, or one on the server of DATABASE_URL. */
export async function openServer(): Promise<{ url: string; close(): Promise<void> }> {
  const given = process.env.DATABASE_URL;
  if (given === undefined || given === '') {
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
  const name = `mortise_bench_${randomBytes(4).toString('hex')}`;
  const admin = new pg.Client({ connectionString: given });
  await admin.connect();
  await admin.query(`create database ${name}`);
  const url = new URL(given);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    async close() {
      await admin.query(`drop database ${name} with (force)`);
      await admin.end();
    },
  };
}
