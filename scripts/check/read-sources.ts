import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from '@swc/core';

/** One import of a source file, of whatever form: static, re-export, `import()`, `import('x').T`, worker URL. */
interface SourceImport {
  specifier: string;
  /** Counted from 1. */
  line: number;
}

export interface Source {
  /** Relative to the root, with forward slashes. */
  file: string;
  text: string;
  imports: SourceImport[];
  /** Every identifier, string and JSX text: the code without its comments. */
  words: string[];
  /** Whether the environment is read, in whatever spelling: `process.env`, `const { env } = process`, an import. */
  readsEnvironment: boolean;
}

const skipped = new Set(['node_modules', 'dist', 'coverage', 'screenshots']);
const parsed = /\.(?:[cm]?ts|tsx|[cm]js)$/;

/**
 * All files of the tree, relative to `root`, without what is installed or built; folders whose names begin with
 * a dot are left out too.
 */
export async function listFiles(root: string, folder = ''): Promise<string[]> {
  const entries = await readdir(path.join(root, folder), { withFileTypes: true });
  const found = await Promise.all(
    entries.map(async (entry) => {
      const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        return skipped.has(entry.name) || entry.name.startsWith('.') ? [] : listFiles(root, name);
      }
      return entry.isFile() ? [name] : [];
    }),
  );
  return found.flat().toSorted();
}

/**
 * Parses the TypeScript and JavaScript among `files`.
 * swc is asked directly: TypeScript 7 has no compiler API, and the walkers built on older ones lose type imports
 * or stop at newer syntax such as `using`.
 * @throws {Error} naming the file that does not parse
 */
export async function readSources(root: string, files: readonly string[]): Promise<Source[]> {
  return Promise.all(files.filter((file) => parsed.test(file)).map((file) => readSource(root, file)));
}

async function readSource(root: string, file: string): Promise<Source> {
  const text = await readFile(path.join(root, file), 'utf8');
  const source: Source = { file, text, imports: [], words: [], readsEnvironment: false };
  try {
    const options = {
      syntax: 'typescript',
      tsx: file.endsWith('x'),
      decorators: true,
      target: 'es2024',
    } as const;
    walk(await parse(text, options), source);
  } catch (cause) {
    // swc appends a stack of its own, which says nothing about the file.
    const [reason] = String(cause).split('\n\nCaused by');
    throw new Error(`${file} does not parse: ${reason?.trim()}`, { cause });
  }
  return source;
}

type Node = Record<string, unknown> & { type?: unknown };

/** Walks every property of every node, so that syntax this file has never heard of is searched all the same. */
function walk(value: unknown, into: Source): void {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, into);
  } else if (typeof value === 'object' && value !== null) {
    const node = value as Node;
    noteImport(node, into);
    noteWord(node, into);
    into.readsEnvironment ||= readsEnvironment(node);
    for (const child of Object.values(node)) walk(child, into);
  }
}

function noteImport(node: Node, into: Source): void {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return add(into, literal(node.source));
    case 'TsImportType':
      return add(into, literal(node.argument));
    case 'TsExternalModuleReference':
      return add(into, literal(node.expression));
    case 'CallExpression':
      if ((node.callee as Node).type === 'Import') add(into, firstArgument(node));
      return;
    case 'NewExpression': {
      // `new Worker(new URL('./x.ts', import.meta.url))` loads x.ts as surely as an import does.
      const target = firstArgument(node);
      if (
        (node.callee as Node).value === 'URL' &&
        target !== undefined &&
        /^\.\.?\/.*\.m?tsx?$/.test(target)
      ) {
        add(into, target);
      }
    }
  }
}

function add(into: Source, specifier: string | undefined): void {
  if (specifier === undefined) return;
  const at = Math.max(into.text.indexOf(`'${specifier}'`), into.text.indexOf(`"${specifier}"`), 0);
  into.imports.push({ specifier, line: into.text.slice(0, at).split('\n').length });
}

function firstArgument(node: Node): string | undefined {
  const [first] = (node.arguments ?? []) as { expression: Node }[];
  return literal(first?.expression);
}

function literal(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const node = value as Node;
  if (node.type === 'StringLiteral') return node.value as string;
  if (node.type !== 'TemplateLiteral') return undefined;
  const quasis = node.quasis as { cooked: string }[];
  return quasis.length === 1 ? quasis[0]?.cooked : undefined;
}

function noteWord(node: Node, into: Source): void {
  const word = node.type === 'TemplateElement' ? node.raw : node.value;
  if (typeof word === 'string' && word !== '') into.words.push(word);
}

function readsEnvironment(node: Node): boolean {
  switch (node.type) {
    case 'MemberExpression':
      return nameOf(node.property) === 'env' && nameOf(node.object) === 'process';
    case 'VariableDeclarator': {
      const { type, properties = [] } = node.id as { type: string; properties?: Node[] };
      const isProcess = type === 'ObjectPattern' && nameOf(node.init) === 'process';
      return isProcess && properties.some(({ key }) => nameOf(key) === 'env');
    }
    case 'ImportDeclaration':
      return /^(?:node:)?process$/.test(literal(node.source) ?? '');
    default:
      return false;
  }
}

/** The last part of a name: `env` of `env`, of `process.env` and of `process['env']`. */
function nameOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const node = value as Node;
  if (node.type === 'MemberExpression') return nameOf(node.property);
  if (node.type === 'Computed') return literal(node.expression);
  return node.type === 'Identifier' ? (node.value as string) : undefined;
}
