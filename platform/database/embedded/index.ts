/**
 * A real PostgreSQL for a machine that has none.
 *
 * Why: `npm start` must give the whole product with nothing installed first, and must not give a lesser database for
 * it. So the driver runs the same server as any production, from binaries that come with the dependencies, with
 * durability left on: what was acknowledged survives a kill.
 *
 * Flow of a start: the folder is made and checked → this process becomes its owner, so that two never share it →
 * binaries (links, or a copy where the account cannot reach them) → initdb aside and renamed, the first time → a
 * server left behind by a killed process is adopted, or stopped when it is not what we would start → else it is
 * launched on the remembered port and watched through postmaster.pid until ready → one real connection is made.
 *
 * Guarantees: only 127.0.0.1 listens, with a SCRAM password that only we can read. As root the server runs under
 * another account. A PostgreSQL that ends by itself, kill -9 included, is started again on the same address while we
 * live, and a kill -9 of us, at any line, is repaired by the next start. `stop` leaves no process. If this process dies without it, the server stays up until the next start finds it.
 *
 * On disk: cluster/ (PostgreSQL's), password, port, owner, postgresql.log (and .log.1).
 */
export { EmbeddedDatabaseError } from './embedded-database-error.ts';
export { startEmbedded, type EmbeddedDatabase } from './start-embedded.ts';
