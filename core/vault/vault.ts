import { randomBytes } from 'node:crypto';
import type { Database, Tx } from '@mortise/platform/database';
import { newId } from '../kernel/index.ts';
import { decrypt, encrypt, masterKey, toKey, type NamedKey } from './cipher.ts';
import { VaultError } from './errors.ts';
import { addCanary, addFirstKey, currentKey, keyById, readCanaries, type WrappedKey } from './store.ts';

/** Where a secret belongs. It opens there and nowhere else: all of this is authenticated with it. */
export interface Place {
  tenantId: string;
  table: string;
  /** The row's bare id. */
  row: string;
  field: string;
}

export interface Vault {
  /**
   * Seals a text for one place, under the tenant's key, which is made when it is the tenant's first secret. Write
   * the result in the same transaction: if that is rolled back, a key made in it is gone.
   *
   * @throws TypeError when the text is not well-formed Unicode and so would not come back as it was
   */
  seal(tx: Tx, place: Place, plaintext: string): Promise<Buffer>;
  /**
   * @throws VaultError VAULT_WILL_NOT_OPEN when a bit differs or it was sealed for another place, VAULT_UNKNOWN_KEY
   *   when the tenant's key or the master key that wraps it is not there
   */
  open(tx: Tx, place: Place, sealed: Buffer): Promise<string>;
  /**
   * Checks at start that the database was sealed with one of the master keys given.
   *
   * @throws VaultError VAULT_WRONG_MASTER_KEY
   */
  checkMasterKey(db: Database): Promise<void>;
}

const formatVersion = 1;
const keyIdLength = 16;
const canaryText = Buffer.from('mortise');
const canaryAad = Buffer.from('canary');

const aadOf = (place: Place) =>
  // A length before each part, so that no two places can run together into the same bytes.
  Buffer.from(
    [place.tenantId, place.table, place.row, place.field, String(formatVersion)]
      .map((part) => `${part.length}:${part}`)
      .join('|'),
  );

/**
 * Envelope encryption: a master key wraps a key per tenant, which seals the fields.
 *
 * @param masterKeys 32 bytes each; the first seals, the others only open what was wrapped under them
 */
export function createVault(options: { masterKeys: readonly Uint8Array[] }): Vault {
  const masters = options.masterKeys.map(masterKey);
  const [current] = masters;
  if (current === undefined) throw new TypeError('The vault needs a master key');
  // Only keys whose row is known to be committed. Bounded by the tenants this process works for; entries are small.
  const opened = new Map<string, NamedKey>();
  // What a transaction has unwrapped so far may include a key that it has itself written, and that is gone if it
  // rolls back. Kept any longer, it would go on opening here what nobody can open after the next start.
  const openedWithin = new WeakMap<Tx, Map<string, NamedKey>>();

  const wrapAad = (tenantId: string, keyId: string) => Buffer.from(`tenant key|${tenantId}|${keyId}`);

  function unwrap(tx: Tx, tenantId: string, wrapped: WrappedKey): NamedKey {
    const name = `${tenantId}/${wrapped.id}`;
    const within = openedWithin.get(tx) ?? new Map<string, NamedKey>();
    openedWithin.set(tx, within);
    const known = opened.get(name) ?? within.get(name);
    if (known !== undefined) return known;
    const master = masters.find((candidate) => candidate.id === wrapped.master_key_id);
    if (master === undefined) {
      throw new VaultError(
        'VAULT_UNKNOWN_KEY',
        `The master key ${wrapped.master_key_id} is needed and was not given`,
      );
    }
    const raw = openKey(master, wrapped, wrapAad(tenantId, wrapped.id));
    const key = { id: wrapped.id, key: toKey(raw) };
    raw.fill(0);
    within.set(name, key);
    tx.afterCommit(() => opened.set(name, key));
    return key;
  }

  async function sealingKey(tx: Tx, tenantId: string): Promise<NamedKey> {
    const existing = await currentKey(tx, tenantId);
    if (existing !== undefined) return unwrap(tx, tenantId, existing);
    const id = newId();
    const raw = randomBytes(32);
    const wrapped = encrypt(current!.key, raw, wrapAad(tenantId, id));
    raw.fill(0);
    return unwrap(tx, tenantId, await addFirstKey(tx, tenantId, { id, wrapped, master_key_id: current!.id }));
  }

  return {
    async seal(tx, place, plaintext) {
      if (!plaintext.isWellFormed())
        throw new TypeError('The text has half of a surrogate pair and cannot be sealed');
      const key = await sealingKey(tx, place.tenantId);
      const keyId = Buffer.from(key.id.replaceAll('-', ''), 'hex');
      return Buffer.concat([
        Buffer.from([formatVersion]),
        keyId,
        encrypt(key.key, Buffer.from(plaintext), Buffer.concat([aadOf(place), keyId])),
      ]);
    },

    async open(tx, place, sealed) {
      if (sealed[0] !== formatVersion || sealed.length <= 1 + keyIdLength) {
        throw new VaultError(
          'VAULT_WILL_NOT_OPEN',
          `${place.table}.${place.field} is not in a format that is known`,
        );
      }
      const keyId = sealed.subarray(1, 1 + keyIdLength);
      const hex = keyId.toString('hex');
      const id = [
        hex.slice(0, 8),
        hex.slice(8, 12),
        hex.slice(12, 16),
        hex.slice(16, 20),
        hex.slice(20),
      ].join('-');
      const known = opened.get(`${place.tenantId}/${id}`);
      const wrapped = known === undefined ? await keyById(tx, place.tenantId, id) : undefined;
      if (known === undefined && wrapped === undefined) {
        throw new VaultError(
          'VAULT_UNKNOWN_KEY',
          `${place.table}.${place.field} names a key that the tenant does not have`,
        );
      }
      const key = known ?? unwrap(tx, place.tenantId, wrapped!);
      try {
        return decrypt(
          key.key,
          sealed.subarray(1 + keyIdLength),
          Buffer.concat([aadOf(place), keyId]),
        ).toString();
      } catch (error) {
        throw new VaultError(
          'VAULT_WILL_NOT_OPEN',
          `${place.table}.${place.field} of row ${place.row} does not open: it was changed or belongs elsewhere`,
          error,
        );
      }
    },

    async checkMasterKey(db) {
      await db.engine(async (tx) => {
        const canaries = await readCanaries(tx);
        const given = masters.filter((master) => canaries.has(master.id));
        if (canaries.size > 0 && given.length === 0) {
          throw new VaultError(
            'VAULT_WRONG_MASTER_KEY',
            'This database was sealed with another master key. Give that one; without it the secrets in it are lost',
          );
        }
        for (const master of given) {
          try {
            decrypt(master.key, canaries.get(master.id)!, canaryAad);
          } catch (error) {
            throw new VaultError(
              'VAULT_WRONG_MASTER_KEY',
              `The canary of master key ${master.id} was changed`,
              error,
            );
          }
        }
        if (!canaries.has(current.id))
          await addCanary(tx, current.id, encrypt(current.key, canaryText, canaryAad));
      });
    },
  };
}

function openKey(master: NamedKey, wrapped: WrappedKey, aad: Buffer): Buffer {
  try {
    return decrypt(master.key, wrapped.wrapped, aad);
  } catch (error) {
    throw new VaultError(
      'VAULT_WILL_NOT_OPEN',
      `The tenant key ${wrapped.id} does not open: it was changed or belongs elsewhere`,
      error,
    );
  }
}
