import type { Edge } from './resolve-imports.ts';

/** What is started or looked up by name and not imported: commands, tests, configurations, public doors. */
const entries = [
  /^(?:tests|bench)\//,
  /^scripts\/[^/]+\.(?:mjs|ts)$/,
  /^scripts\/(?:check|new-provider|test)\/run-[^/]+\.ts$/,
  /\.(?:test|spec)\.tsx?$/,
  /(?:^|\/)[^/]+\.config\.[cm]?[jt]s$/,
  /\.d\.ts$/,
  /^apps\/(?:[^/]+\/)+main\.tsx?$/,
  /^(?:contract|clients\/[^/]+)\/index\.tsx?$/,
  /^examples\//,
  // The sandbox finds each provider's emulator by its folder.
  /^providers\/[^/]+\/emulator\/index\.ts$/,
];

/**
 * The source files that no entry reaches. knip cannot tell: the workspaces export every file by pattern, which it
 * takes for entries.
 * @param sources files that may be dead, relative to the root
 */
export function findDeadFiles(sources: readonly string[], edges: readonly Edge[]): string[] {
  const imports = new Map<string, string[]>();
  for (const { from, to } of edges) {
    if (to !== undefined) imports.set(from, [...(imports.get(from) ?? []), to]);
  }
  const alive = new Set(sources.filter((file) => entries.some((entry) => entry.test(file))));
  // A set visits what is added while it is walked.
  for (const file of alive) for (const imported of imports.get(file) ?? []) alive.add(imported);
  return sources.filter((file) => !alive.has(file)).map((file) => `${file}: nothing imports it`);
}
