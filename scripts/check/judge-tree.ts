import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { findCircles } from './find-circles.ts';
import { findDeadFiles } from './find-dead-files.ts';
import {
  judgeEnvironment,
  judgeLengths,
  judgeNames,
  judgeProviderNames,
  providerNames,
} from './house-rules.ts';
import { judgeImport } from './import-rule.ts';
import { listFiles, readSources } from './read-sources.ts';
import { resolveImports } from './resolve-imports.ts';

export interface Verdict {
  /** One line each, naming the file. */
  problems: string[];
  /** What was looked at, for the line that says all is well. */
  seen: string;
}

/**
 * Reads the whole tree once and judges what no off-the-shelf tool does here: who imports whom, circles, files
 * that nothing reaches, house rules.
 * @param root the project's folder
 */
export async function judgeTree(
  root: string,
): Promise<Record<'imports' | 'circles' | 'dead' | 'house', Verdict>> {
  const files = await listFiles(root);
  const sources = await readSources(root, files);
  const edges = resolveImports(root, files, sources);

  const imports = edges.flatMap(({ from, to, specifier, line }) => {
    if (to === undefined) return [`${from}:${line}: there is no ${specifier}`];
    const reason = judgeImport(from, to);
    return reason === undefined ? [] : [`${from}:${line}: ${specifier}: ${reason}`];
  });
  const circles = findCircles(
    edges.flatMap(({ from, to }) => (to === undefined ? [] : [[from, to] as const])),
  );
  const styles = await Promise.all(
    files
      .filter((file) => file.endsWith('.css'))
      .map(async (file) => ({ file, text: await readFile(path.join(root, file), 'utf8') })),
  );
  const providers = providerNames(files);

  return {
    imports: { problems: imports, seen: `${edges.length} imports between ${sources.length} files` },
    circles: {
      problems: circles.map((circle) => [...circle, circle[0]].join(' -> ')),
      seen: '0 circles, types included',
    },
    dead: {
      problems: findDeadFiles(
        sources.map(({ file }) => file),
        edges,
      ),
      seen: 'every file is reached',
    },
    house: {
      problems: [
        ...judgeNames(files),
        ...judgeLengths([...sources, ...styles]),
        ...judgeEnvironment(sources),
        ...judgeProviderNames(sources, providers),
      ],
      seen: `${files.length} files, ${providers.length} providers`,
    },
  };
}
