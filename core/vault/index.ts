/**
 * The vault: secrets at rest, sealed so that a stolen database, a swapped row or a mixed-up tenant opens nothing.
 *
 * Envelope: the master key (from the environment, a file or, embedded, made on first run) wraps one key a tenant;
 * that key seals fields with AES-256-GCM. The place of a secret (tenant, table, row, field, format) is
 * authenticated with it, so a ciphertext moved to another row or tenant does not open. The ciphertext names its
 * key, so that older keys still open while new ones seal.
 *
 * Flow: a store calls `seal(tx, place, text)` before it writes and `open(tx, place, bytes)` after it has read, in
 * the same transaction, since the tenant's key is itself behind the tenant wall, and since a key made for a first
 * secret lives or dies with the transaction that made it. At start `checkMasterKey` opens a canary: a wrong master
 * key stops the start instead of breaking the first secret, and so does a previous one that is missed too early.
 *
 * Rotation: a job per request, whose progress is in `key_rotations` and whose work done is in the rows themselves, so
 * it may die at any line. The master key's wraps tenant keys anew and touches nothing sealed; a tenant's makes a new
 * key and seals every stated place anew, row by row only where the old value still stands. Sealing locks its key, so
 * that a key is retired only when nothing more can come under it; it is removed once no column of bytes names it.
 */
export { createVault, type Vault } from './vault.ts';
export { VaultError } from './errors.ts';
export { createKeyring, type Keyring } from './keyring.ts';
export type { Place } from './envelope.ts';
export type { RecordAudit, RotationDeps, RotationQueue } from './deps.ts';
export type { SealedPlace } from './sealed-places.ts';
export { vaultJobs } from './jobs.ts';
export { vaultRoutes } from './routes.ts';
