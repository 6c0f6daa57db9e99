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
 * key stops the start instead of breaking the first secret.
 */
export { createVault, type Place, type Vault } from './vault.ts';
export { VaultError } from './errors.ts';
