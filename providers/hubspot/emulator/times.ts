import type { Random } from '../../kit/emulator/index.ts';

const EPOCH = Date.UTC(2025, 0, 6, 9);
const LATEST = Date.UTC(2026, 9, 30, 18);

/** Made one after another, each changed some time later, never after the last of October 2026. */
export function times(source: Random, index: number): { createdAt: number; updatedAt: number } {
  const createdAt = EPOCH + index * 3_600_000 + source.int(0, 3_500_000);
  return { createdAt, updatedAt: Math.max(createdAt, source.int(createdAt, LATEST)) };
}
