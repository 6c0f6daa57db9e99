import { once } from 'node:events';
import { openDatabase } from '../../database/index.ts';
import { createLogger } from '../../telemetry/index.ts';
import { startProcess } from '../start-process.ts';

// A process of its own for the tests: enters its row under the URL given, says its id, and lives until it is killed.
const db = openDatabase({ url: process.argv[2] ?? '', max: 2 });
const own = await startProcess({ db, role: 'test', logger: createLogger({ level: 'silent' }) });
process.stdout.write(`${own.id}\n`);
await once(process.stdin, 'end');
