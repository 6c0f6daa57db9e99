/**
 * Finds the circles in a graph of imports: one for each knot of files that reach one another, as a shortest way
 * round. Type imports count, because a circle of types is a circle in the reader's head.
 * @param edges pairs of importing and imported file
 * @returns each circle as files in order, the first not repeated at the end; sorted, so that runs agree
 */
export function findCircles(edges: readonly (readonly [from: string, to: string])[]): string[][] {
  const graph = new Map<string, Set<string>>();
  for (const [from, to] of edges) {
    graph.set(from, (graph.get(from) ?? new Set()).add(to));
    if (!graph.has(to)) graph.set(to, new Set());
  }
  const circles: string[][] = [];
  const settled = new Set<string>();
  for (const file of [...graph.keys()].toSorted()) {
    if (settled.has(file)) continue;
    const circle = shortestWayBack(graph, file);
    if (circle === undefined) continue;
    circles.push(circle);
    for (const member of knotOf(graph, file)) settled.add(member);
  }
  return circles;
}

/** Breadth first from `start` until an edge leads back to it. */
function shortestWayBack(graph: Map<string, Set<string>>, start: string): string[] | undefined {
  const cameFrom = new Map<string, string | undefined>([[start, undefined]]);
  for (const file of cameFrom.keys()) {
    for (const next of graph.get(file) ?? []) {
      if (next === start) return wayTo(file, cameFrom);
      if (!cameFrom.has(next)) cameFrom.set(next, file);
    }
  }
  return undefined;
}

function wayTo(file: string, cameFrom: Map<string, string | undefined>): string[] {
  const way: string[] = [];
  for (let at: string | undefined = file; at !== undefined; at = cameFrom.get(at)) way.unshift(at);
  return way;
}

/** The files that `start` reaches and that reach it. */
function knotOf(graph: Map<string, Set<string>>, start: string): string[] {
  const backwards = new Map<string, Set<string>>();
  for (const [from, targets] of graph) {
    for (const to of targets) backwards.set(to, (backwards.get(to) ?? new Set()).add(from));
  }
  const reaching = reach(backwards, start);
  return [...reach(graph, start)].filter((file) => reaching.has(file));
}

function reach(graph: Map<string, Set<string>>, start: string): Set<string> {
  const seen = new Set([start]);
  // A set visits what is added while it is walked.
  for (const file of seen) for (const next of graph.get(file) ?? []) seen.add(next);
  return seen;
}
