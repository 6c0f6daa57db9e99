import { describe, expect, test } from 'vitest';
import { providerConformance } from '../kit/conformance.ts';
import { httpResponse, readPath } from '../kit/index.ts';
import { serveEmulator } from '../kit/emulator/index.ts';
import { http } from '../kit/conformance/stage.ts';
import { instagramEmulator } from './emulator/index.ts';
import { instagram } from './index.ts';

const [first] = instagramEmulator.collections;
const post = first?.idOf(5) ?? '';

describe('conformance', () => {
  const checks = providerConformance({
    provider: instagram,
    emulator: instagramEmulator,
    samples: {
      comments: {
        create: { media_id: post, text: 'Obrigada! Até sábado.' },
        update: {},
        invalid: { media_id: post, text: '' },
      },
    },
    told: { collection: 'comments', kind: 'created', fields: (text) => ({ text }) },
  });
  test.each(checks)('$name', ({ run }) => expect(run()).resolves.toBeUndefined());
});
