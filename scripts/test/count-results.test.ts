import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { createVitest } from 'vitest/node';
import { countResults } from './count-results.ts';

const suites = {
  'tests.test.js': `import { test } from 'vitest';
    test('passes', () => {});
    test('fails', () => { throw new Error('no'); });
    test.skip('is skipped', () => {});`,
  'hook.test.js': `import { beforeAll, describe, test } from 'vitest';
    describe('group', () => { beforeAll(() => { throw new Error('no'); }); test('never runs', () => {}); });`,
  'load.test.js': `throw new Error('no');`,
};

test('what fails outside a test counts as failed: a file that does not load, a hook around a group', async () => {
  // Beside this file, so that its suites find vitest as everything here does.
  const root = await mkdtemp(path.join(import.meta.dirname, '.count-'));
  try {
    await Promise.all(Object.entries(suites).map(([name, text]) => writeFile(path.join(root, name), text)));
    const vitest = await createVitest({ root, config: false, watch: false, reporters: [{}] });
    await vitest.start();
    expect(countResults(vitest.state.getTestModules(), 0)).toEqual({ passed: 1, failed: 3, skipped: 2 });
    expect(countResults([], 2).failed).toBe(2);
    await vitest.close();
  } finally {
    await rm(root, { recursive: true });
    process.exitCode = 0;
  }
});
