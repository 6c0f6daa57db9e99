// `npm run faults [-- name …]`: runs tests/faults/run-faults.ts on the pinned Node.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { ensureInstalled } from './launch/ensure-installed.mjs';
import { pinnedNode } from './launch/pinned-node.mjs';
import { projectRoot } from './launch/project-root.mjs';

await ensureInstalled({ log: (message) => console.error(message) });
const file = path.join(projectRoot, 'tests/faults/run-faults.ts');
const { status } = spawnSync(pinnedNode(), [file, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exit(status ?? 1);
