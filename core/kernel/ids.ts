import { randomFillSync } from 'node:crypto';
import { idAlphabet, idPrefixes, type IdKind } from '@mortise/contract';
import { v7 } from 'uuid';

const pool = new Uint8Array(16 * 1024);
let [poolAt, lastMs, sequence] = [pool.length, -Infinity, 0];

/** Random bytes, drawn many at a time: a draw for each id took as long as all the rest of making it, several times over. */
function randomBytes16(): Uint8Array {
  if (poolAt === pool.length) {
    randomFillSync(pool);
    poolAt = 0;
  }
  return pool.subarray(poolAt, (poolAt += 16));
}

/**
 * A new bare id: a UUID of version 7, which sorts by creation and never goes backwards within a process, clock set back
 * or not. Within a millisecond the 32 bits behind it count on from a random beginning (RFC 9562, 6.2, method 1).
 */
export function newId(): string {
  const random = randomBytes16();
  const now = Date.now();
  if (now > lastMs) {
    lastMs = now;
    // The first bit is 0, so that there is room to count.
    sequence = (((random[6]! & 0x7f) << 24) | (random[7]! << 16) | (random[8]! << 8) | random[9]!) >>> 0;
  } else {
    sequence = (sequence + 1) >>> 0;
    if (sequence === 0) lastMs += 1;
  }
  return v7({ random, msecs: lastMs, seq: sequence });
}

/** The two characters that stand for each ten bits, and the ten bits that two characters stand for. */
const pairs = Array.from(
  { length: 1024 },
  (_, bits) => `${idAlphabet.charAt(bits >> 5)}${idAlphabet.charAt(bits & 31)}`,
);
const bitsOf = new Map(pairs.map((pair, bits) => [pair, bits]));

/**
 * The id of a thing as people and programs outside see it: `conn_` and 26 characters of Crockford's base 32,
 * which keep the order of the UUIDs they stand for.
 *
 * Two characters for the first 8 bits, and four for each 20 bits of the rest: in whole numbers, since 128 bits at once
 * take ten times as long and every event and delivery has an id to show.
 *
 * @param uuid the bare id, as the database holds it
 */
export function publicId(kind: IdKind, uuid: string): string {
  const hex = uuid.replaceAll('-', '');
  let text = `${idPrefixes[kind]}_${pairs[Number.parseInt(hex.slice(0, 2), 16)] ?? ''}`;
  for (let at = 2; at < 32; at += 5) {
    const bits = Number.parseInt(hex.slice(at, at + 5), 16);
    text += `${pairs[bits >> 10] ?? ''}${pairs[bits & 1023] ?? ''}`;
  }
  return text;
}

/**
 * The bare UUID of a public id.
 *
 * @throws TypeError when it is not a well-formed id of this kind; the contract has refused those before
 */
export function bareId(kind: IdKind, id: string): string {
  const prefix = `${idPrefixes[kind]}_`;
  const text = id.slice(prefix.length);
  const wrong = () => new TypeError(`${id} is not an id of a ${kind}`);
  if (!id.startsWith(prefix) || text.length !== 26) throw wrong();
  const bitsAt = (at: number) => {
    const bits = bitsOf.get(text.slice(at, at + 2));
    if (bits === undefined) throw wrong();
    return bits;
  };
  if (bitsAt(0) > 255) throw wrong();
  let hex = bitsAt(0).toString(16).padStart(2, '0');
  for (let at = 2; at < 26; at += 4)
    hex += (bitsAt(at) * 1024 + bitsAt(at + 2)).toString(16).padStart(5, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** A trace id as W3C writes it (32 hex digits), from the UUID that the database keeps it as. */
export function traceIdOf(uuid: string): string {
  return uuid.replaceAll('-', '');
}

/** The UUID form of a W3C trace id; PostgreSQL takes the 32 hex digits as they are, this is for comparing. */
export function traceUuid(traceId: string): string {
  return `${traceId.slice(0, 8)}-${traceId.slice(8, 12)}-${traceId.slice(12, 16)}-${traceId.slice(16, 20)}-${traceId.slice(20)}`;
}

/**
 * The least id of version 7 made at or after a moment. What is logged under ids is found by time with it, and
 * only the partitions that can hold it are read.
 */
export function idFloor(moment: Date): string {
  const hex = Math.min(Math.max(0, moment.getTime()), 2 ** 48 - 1)
    .toString(16)
    .padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}

/** When an id of version 7 was made, in milliseconds since 1970: its first 48 bits (RFC 9562, 5.7). */
export function momentOf(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}
