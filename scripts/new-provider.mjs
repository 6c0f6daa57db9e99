// `npm run new-provider -- <id> --name "<Name>"`: brings the dependencies in line, then scaffolds on the pinned Node.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { ensureInstalled } from './launch/ensure-installed.mjs';
import { describeLaunchError } from './launch/launch-error.mjs';
import { pinnedNode } from './launch/pinned-node.mjs';
import { projectRoot } from './launch/project-root.mjs';

try {
  await ensureInstalled({ log: console.log });
  const node = pinnedNode();
  const run = path.join(projectRoot, 'scripts/new-provider/run-new-provider.ts');
  const child = spawn(node, [run, ...process.argv.slice(2)], { stdio: 'inherit' });
  child.on('exit', (code, signal) => {
    process.exitCode = signal ? 1 : (code ?? 1);
  });
} catch (error) {
  console.error(describeLaunchError(error));
  process.exitCode = 1;
}
