import type { Route } from './types.ts';

/** The first route for method, host and path, with its `:name` parts decoded. */
export function matchRoute(
  routes: readonly Route[],
  request: { method: string; host: string; path: string },
): { route: Route; params: Record<string, string> } | undefined {
  const parts = request.path.split('/');
  for (const route of routes) {
    if (route.method !== request.method || route.host !== request.host) continue;
    const wanted = route.path.split('/');
    if (wanted.length !== parts.length) continue;
    const params: Record<string, string> = {};
    const fits = wanted.every((want, index) => {
      const part = parts[index] ?? '';
      if (!want.startsWith(':')) return want === part;
      params[want.slice(1)] = decode(part);
      return part !== '';
    });
    if (fits) return { route, params };
  }
  return undefined;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
