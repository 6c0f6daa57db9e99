import { decrypt, encrypt, type NamedKey } from './cipher.ts';
import { VaultError } from './errors.ts';

/** Where a secret belongs. It opens there and nowhere else: all of this is authenticated with it. */
export interface Place {
  tenantId: string;
  table: string;
  /** The row's bare id. */
  row: string;
  field: string;
}

const formatVersion = 1;
const keyIdLength = 16;
/** Format and key id, with which every sealed value begins. */
const headLength = 1 + keyIdLength;

const aadOf = (place: Place) =>
  // A length before each part, so that no two places can run together into the same bytes.
  Buffer.from(
    [place.tenantId, place.table, place.row, place.field, String(formatVersion)]
      .map((part) => `${part.length}:${part}`)
      .join('|'),
  );

const keyIdBytes = (id: string) => Buffer.from(id.replaceAll('-', ''), 'hex');

/** What every value that is sealed under a key begins with. */
export function headOf(keyId: string): Buffer {
  return Buffer.concat([Buffer.from([formatVersion]), keyIdBytes(keyId)]);
}

/** Seals bytes for one place: format, key id, then what `encrypt` gives. */
export function sealUnder(key: NamedKey, place: Place, plaintext: Uint8Array): Buffer {
  const aad = Buffer.concat([aadOf(place), keyIdBytes(key.id)]);
  return Buffer.concat([headOf(key.id), encrypt(key.key, plaintext, aad)]);
}

/**
 * The id of the key that a value was sealed under.
 *
 * @throws VaultError VAULT_WILL_NOT_OPEN when it is not in a format that is known
 */
export function keyIdOf(place: Place, sealed: Buffer): string {
  if (sealed[0] !== formatVersion || sealed.length <= headLength) {
    throw new VaultError(
      'VAULT_WILL_NOT_OPEN',
      `${place.table}.${place.field} is not in a format that is known`,
    );
  }
  const hex = sealed.subarray(1, headLength).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** @throws VaultError VAULT_WILL_NOT_OPEN when a bit differs or it was sealed for another place or under another key */
export function openUnder(key: NamedKey, place: Place, sealed: Buffer): Buffer {
  try {
    const aad = Buffer.concat([aadOf(place), keyIdBytes(key.id)]);
    return decrypt(key.key, sealed.subarray(headLength), aad);
  } catch (error) {
    throw new VaultError(
      'VAULT_WILL_NOT_OPEN',
      `${place.table}.${place.field} of row ${place.row} does not open: it was changed or belongs elsewhere`,
      error,
    );
  }
}
