import type { Database, Tx } from '@mortise/platform/database';
import { decrypt, encrypt, type NamedKey } from './cipher.ts';
import { keyIdOf, openUnder, sealUnder, type Place } from './envelope.ts';
import { VaultError } from './errors.ts';
import { createKeyring } from './keyring.ts';
import {
  addCanary,
  addFirstKey,
  countByMasterKey,
  currentKey,
  currentKeys,
  keyById,
  readCanaries,
  type WrappedKey,
} from './store.ts';

export interface Vault {
  /**
   * Seals a text for one place, under the tenant's key, which is made when it is the tenant's first secret. Write
   * the result in the same transaction: if that is rolled back, a key made in it is gone.
   *
   * @throws TypeError when the text is not well-formed Unicode and so would not come back as it was
   */
  seal(tx: Tx, place: Place, plaintext: string): Promise<Buffer>;
  /** Fetches the keys of many tenants with one statement: sealing for them in this transaction is then no look-up each. */
  holdKeys(tx: Tx, tenantIds: readonly string[]): Promise<void>;
  /**
   * @throws VaultError VAULT_WILL_NOT_OPEN when a bit differs or it was sealed for another place, VAULT_UNKNOWN_KEY
   *   when the tenant's key or the master key that wraps it is not there
   */
  open(tx: Tx, place: Place, sealed: Buffer): Promise<string>;
  /**
   * Checks at start that the database was sealed with one of the master keys given, and that none is missing that
   * still wraps a tenant's key: a previous key that was dropped too early is noticed before it is destroyed.
   *
   * @throws VaultError VAULT_WRONG_MASTER_KEY
   */
  checkMasterKey(db: Database): Promise<void>;
}

const canaryText = Buffer.from('mortise');
const canaryAad = Buffer.from('canary');

/**
 * Envelope encryption: a master key wraps a key per tenant, which seals the fields.
 *
 * @param masterKeys 32 bytes each; the first seals, the others only open what was wrapped under them
 */
export function createVault(options: { masterKeys: readonly Uint8Array[] }): Vault {
  const keyring = createKeyring(options.masterKeys);
  const { masters, current } = keyring;
  // Only keys whose row is known to be committed. Bounded by the tenants this process works for; entries are small.
  const opened = new Map<string, NamedKey>();
  // What a transaction has unwrapped so far may include a key that it has itself written, and that is gone if it
  // rolls back. Kept any longer, it would go on opening here what nobody can open after the next start.
  const openedWithin = new WeakMap<Tx, Map<string, NamedKey>>();

  // Locked until the transaction ends, and so the tenant's key in force for as long.
  const heldWithin = new WeakMap<Tx, ReadonlyMap<string, WrappedKey>>();

  function unwrap(tx: Tx, tenantId: string, wrapped: WrappedKey): NamedKey {
    const name = `${tenantId}/${wrapped.id}`;
    const within = openedWithin.get(tx) ?? new Map<string, NamedKey>();
    openedWithin.set(tx, within);
    const known = opened.get(name) ?? within.get(name);
    if (known !== undefined) return known;
    const key = keyring.unwrap(tenantId, wrapped);
    within.set(name, key);
    tx.afterCommit(() => opened.set(name, key));
    return key;
  }

  async function sealingKey(tx: Tx, tenantId: string): Promise<NamedKey> {
    const existing = heldWithin.get(tx)?.get(tenantId) ?? (await currentKey(tx, tenantId));
    if (existing !== undefined) return unwrap(tx, tenantId, existing);
    return unwrap(tx, tenantId, await addFirstKey(tx, tenantId, keyring.make(tenantId)));
  }

  return {
    async seal(tx, place, plaintext) {
      if (!plaintext.isWellFormed())
        throw new TypeError('The text has half of a surrogate pair and cannot be sealed');
      const key = await sealingKey(tx, place.tenantId);
      return sealUnder(key, place, Buffer.from(plaintext));
    },

    async holdKeys(tx, tenantIds) {
      heldWithin.set(tx, await currentKeys(tx, tenantIds));
    },

    async open(tx, place, sealed) {
      const id = keyIdOf(place, sealed);
      const known = opened.get(`${place.tenantId}/${id}`);
      const wrapped = known === undefined ? await keyById(tx, place.tenantId, id) : undefined;
      if (known === undefined && wrapped === undefined) {
        throw new VaultError(
          'VAULT_UNKNOWN_KEY',
          `${place.table}.${place.field} names a key that the tenant does not have`,
        );
      }
      const key = known ?? unwrap(tx, place.tenantId, wrapped!);
      return openUnder(key, place, sealed).toString();
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
        const missing = [...(await countByMasterKey(tx))].find(
          ([id]) => !masters.some((each) => each.id === id),
        );
        if (missing !== undefined) {
          throw new VaultError(
            'VAULT_WRONG_MASTER_KEY',
            `${missing[1]} tenant keys are wrapped under master key ${missing[0]}, which was not given: add it to MORTISE_MASTER_KEY_PREVIOUS and rotate before it is dropped`,
          );
        }
        if (!canaries.has(current.id))
          await addCanary(tx, current.id, encrypt(current.key, canaryText, canaryAad));
      });
    },
  };
}
