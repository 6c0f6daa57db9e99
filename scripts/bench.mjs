// `npm run bench -- <name> [arguments]`: runs bench/<name>.ts on the pinned Node. Without a name it lists them.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { ensureInstalled } from './launch/ensure-installed.mjs';
import { pinnedNode } from './launch/pinned-node.mjs';
import { projectRoot } from './launch/project-root.mjs';

const folder = path.join(projectRoot, 'bench');
const [name, ...args] = process.argv.slice(2);
const file = path.join(folder, `${name}.ts`);
if (name === undefined || !existsSync(file)) {
  const known = readdirSync(folder).filter((entry) => entry.endsWith('.ts'));
  console.error(
    `Say which: ${known.map((entry) => entry.slice(0, -3)).join(', ')}. Example: npm run bench -- sync`,
  );
  process.exit(1);
}
await ensureInstalled({ log: (message) => console.error(message) });
const { status } = spawnSync(pinnedNode(), [file, ...args], { stdio: 'inherit' });
process.exit(status ?? 1);
