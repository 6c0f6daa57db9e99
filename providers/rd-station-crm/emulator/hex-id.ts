import { seedOf } from '../../kit/emulator/index.ts';

const BASE = 0x60000000;

/** 24 hexadecimal digits that begin with a growing time, as document databases make them; the same for ever. */
export function hexId(kind: string, index: number): string {
  const rest = [0, 1].map((part) => seedOf(kind, index, part).toString(16).padStart(8, '0')).join('');
  return (BASE + index * 60).toString(16) + rest;
}
