import { openDatabase } from '@mortise/platform/database';
import { startRig } from './rig.ts';

// A process of its own that accepts nothing and sends what waits, until it is killed. It says when it has begun.
const db = openDatabase({ url: process.argv[2] ?? '', max: 8 });
await startRig({ db, circuitRules: { consecutive: 1_000_000, calls: 1_000_000 } });
process.stdout.write('started\n');
