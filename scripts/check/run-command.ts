import { spawn } from 'node:child_process';
import path from 'node:path';

/**
 * Runs one of the project's own command-line tools on the Node that runs this, whichever the machine has.
 * @param command its name in node_modules/.bin
 * @returns what it wrote, both streams in the order they came, and whether it exited with 0
 */
export function runCommand(
  root: string,
  command: string,
  args: readonly string[],
): Promise<{ ok: boolean; output: string }> {
  const bin = path.join(root, 'node_modules/.bin');
  const env = {
    ...process.env,
    PATH: [path.dirname(process.execPath), bin, process.env.PATH].join(path.delimiter),
    // Tools colour for a terminal; what they write here is kept and shown later.
    NO_COLOR: '1',
  };
  return new Promise((resolve) => {
    const child = spawn(path.join(bin, command), args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) =>
      resolve({ ok: false, output: `${command} does not start: ${error.message}` }),
    );
    child.on('close', (code) => resolve({ ok: code === 0, output: output.trim() }));
  });
}
