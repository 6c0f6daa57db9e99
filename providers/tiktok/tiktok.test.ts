import { describe, expect, test } from 'vitest';
import { providerConformance } from '../kit/conformance.ts';
import { tiktokEmulator } from './emulator/index.ts';
import { tiktok } from './index.ts';

describe('conformance', () => {
  const checks = providerConformance({
    provider: tiktok,
    emulator: tiktokEmulator,
    samples: {},
    told: { collection: 'videos', kind: 'created', fields: (title) => ({ title }) },
  });
  test.each(checks)('$name', ({ run }) => expect(run()).resolves.toBeUndefined());
});
