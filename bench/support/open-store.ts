import { migrate, openDatabase, type Database } from '@mortise/platform/database';

/** Brings the schema up in an empty database and makes today's partitions, as the product does when it starts. */
export async function openStore(url: string): Promise<Database> {
  await migrate(url);
  const db = openDatabase({ url });
  const day = new Date().toISOString().slice(0, 10);
  await db.engine((tx) => tx.query(`call ensure_partitions('${day}')`));
  return db;
}
