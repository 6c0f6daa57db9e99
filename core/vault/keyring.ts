import { randomBytes } from 'node:crypto';
import { newId } from '../kernel/index.ts';
import { decrypt, encrypt, masterKey, toKey, type NamedKey } from './cipher.ts';
import { VaultError } from './errors.ts';
import type { WrappedKey } from './store.ts';

/** The master keys of this process, and what they do with tenants' keys. Knows no database. */
export interface Keyring {
  /** The first is the current one, the others are those before it. */
  readonly masters: readonly NamedKey[];
  readonly current: NamedKey;
  /** A fresh tenant key, wrapped under the current master key. */
  make(tenantId: string): WrappedKey;
  /** @throws VaultError VAULT_UNKNOWN_KEY without its master key, VAULT_WILL_NOT_OPEN when it was changed or moved */
  unwrap(tenantId: string, wrapped: WrappedKey): NamedKey;
  /**
   * The same tenant key under another master key.
   *
   * @throws VaultError as `unwrap`, or when `target` is not among the master keys
   */
  rewrap(tenantId: string, wrapped: WrappedKey, target: string): WrappedKey;
}

const wrapAad = (tenantId: string, keyId: string) => Buffer.from(`tenant key|${tenantId}|${keyId}`);

/** @param masterKeys 32 bytes each; the first wraps, the others only open what was wrapped under them */
export function createKeyring(masterKeys: readonly Uint8Array[]): Keyring {
  const masters = masterKeys.map(masterKey);
  const [current] = masters;
  if (current === undefined) throw new TypeError('The vault needs a master key');

  function masterOf(id: string): NamedKey {
    const master = masters.find((candidate) => candidate.id === id);
    if (master === undefined)
      throw new VaultError('VAULT_UNKNOWN_KEY', `The master key ${id} is needed and was not given`);
    return master;
  }

  function unwrapRaw(tenantId: string, wrapped: WrappedKey): Buffer {
    const master = masterOf(wrapped.master_key_id);
    try {
      return decrypt(master.key, wrapped.wrapped, wrapAad(tenantId, wrapped.id));
    } catch (error) {
      throw new VaultError(
        'VAULT_WILL_NOT_OPEN',
        `The tenant key ${wrapped.id} does not open: it was changed or belongs elsewhere`,
        error,
      );
    }
  }

  function wrap(tenantId: string, id: string, raw: Buffer, master: NamedKey): WrappedKey {
    const wrapped = encrypt(master.key, raw, wrapAad(tenantId, id));
    raw.fill(0);
    return { id, wrapped, master_key_id: master.id };
  }

  return {
    masters,
    current,
    make: (tenantId) => wrap(tenantId, newId(), randomBytes(32), current),
    unwrap(tenantId, wrapped) {
      const raw = unwrapRaw(tenantId, wrapped);
      const key = { id: wrapped.id, key: toKey(raw) };
      raw.fill(0);
      return key;
    },
    rewrap(tenantId, wrapped, target) {
      const master = masterOf(target);
      return wrap(tenantId, wrapped.id, unwrapRaw(tenantId, wrapped), master);
    },
  };
}
