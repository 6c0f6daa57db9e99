import { seedOf } from '../../kit/emulator/index.ts';

/** A token in the shape of a UUID, the same for ever for one kind and index. */
export function uuidOf(kind: string, index: number): string {
  const hex = [0, 1, 2, 3].map((part) => seedOf(kind, index, part).toString(16).padStart(8, '0')).join('');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20),
  ].join('-');
}
