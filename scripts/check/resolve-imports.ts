import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Source } from './read-sources.ts';

/** An import between two files of the tree. */
export interface Edge {
  from: string;
  /** Relative to the root; undefined when the import names a file that is not there. */
  to: string | undefined;
  specifier: string;
  line: number;
}

interface Workspace {
  folder: string;
  exports: Record<string, string>;
}

const nowhere = 'nowhere';
const suffixes = ['', '.ts', '.tsx', '/index.ts', '/index.tsx'];

/**
 * The imports of `sources` that stay within the tree: relative ones, and workspaces by name through the `exports`
 * of their package.json. Packages from node_modules are left out: their use is knip's to judge.
 */
export function resolveImports(root: string, files: readonly string[], sources: readonly Source[]): Edge[] {
  const workspaces = readWorkspaces(root, files);
  return sources.flatMap((source) =>
    source.imports.flatMap(({ specifier, line }) => {
      const target = locate(source.file, specifier.replace(/\?.*$/, ''), workspaces);
      if (target === undefined) return [];
      return [{ from: source.file, to: existing(root, target), specifier, line }];
    }),
  );
}

function readWorkspaces(root: string, files: readonly string[]): Map<string, Workspace> {
  const manifests = files.filter((file) => file.endsWith('/package.json'));
  return new Map(
    manifests.map((file) => {
      const manifest = JSON.parse(readFileSync(path.join(root, file), 'utf8')) as {
        name: string;
        exports?: Record<string, string>;
      };
      return [manifest.name, { folder: path.posix.dirname(file), exports: manifest.exports ?? {} }];
    }),
  );
}

/** Where in the tree a specifier points, `nowhere` when the workspace does not export it; undefined outside the tree. */
function locate(from: string, specifier: string, workspaces: Map<string, Workspace>): string | undefined {
  if (specifier.startsWith('.')) return path.posix.join(path.posix.dirname(from), specifier);
  const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
  const workspace = workspaces.get(name);
  if (workspace === undefined) return undefined;
  const target = byExports(workspace.exports, `.${specifier.slice(name.length)}`);
  return target === undefined ? nowhere : path.posix.join(workspace.folder, target);
}

/** Node's way: an exact key first, then the pattern with the longest part before its star. */
function byExports(exports: Record<string, string>, subpath: string): string | undefined {
  if (exports[subpath] !== undefined) return exports[subpath];
  const fitting = Object.keys(exports)
    .filter((key) => key.includes('*'))
    .map((key) => ({ key, before: key.split('*')[0] ?? '', after: key.split('*')[1] ?? '' }))
    .filter(({ before, after }) => subpath.startsWith(before) && subpath.endsWith(after))
    .toSorted((a, b) => b.before.length - a.before.length || b.key.length - a.key.length);
  const best = fitting[0];
  if (best === undefined) return undefined;
  const star = subpath.slice(best.before.length, subpath.length - best.after.length);
  return exports[best.key]?.replaceAll('*', star);
}

function existing(root: string, target: string): string | undefined {
  const found = suffixes.map((suffix) => target + suffix).find((file) => isFile(path.join(root, file)));
  return found && path.posix.normalize(found);
}

function isFile(file: string): boolean {
  return existsSync(file) && statSync(file).isFile();
}
