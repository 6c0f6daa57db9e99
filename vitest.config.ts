import { defineConfig } from 'vitest/config';

const rooms = ['contract', 'core', 'platform', 'providers', 'clients', 'apps/server', 'apps/sandbox'];

/**
 * Two projects in one run: `suites` beside their files, two at a time, then `flows`, whole journeys in a browser,
 * one at a time. One PostgreSQL serves both; a test asks for its address with `inject('databaseUrl')`.
 */
export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    globalSetup: ['tests/support/postgres.ts'],
    hookTimeout: 60_000,
    testTimeout: 30_000,
    teardownTimeout: 10_000,
    coverage: {
      provider: 'v8',
      include: rooms.map((room) => `${room}/**/*.{ts,tsx}`),
      exclude: ['**/*.test.{ts,tsx}', '**/*.config.ts', '**/*.d.ts'],
      reporter: ['text-summary', 'html', 'json-summary'],
      thresholds: { lines: 85, statements: 85, functions: 85 },
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'suites',
          include: ['{contract,core,platform,providers,clients,apps,scripts,tests}/**/*.test.{ts,tsx}'],
          exclude: ['**/node_modules/**', '**/dist/**', 'tests/flows/**'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'flows',
          include: ['tests/flows/**/*.flow.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
