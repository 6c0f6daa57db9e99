import { callProvider } from './call-provider.ts';
import { readPath } from './pagination.ts';
import type { Account, Api, Auth, HttpRequestSpec, ProviderContext } from './types.ts';

export interface AccountPaths {
  /** The id that never changes: no name, no address. */
  id: string;
  /** Where it is empty, the id stands in. */
  name?: string;
  metadata?: Readonly<Record<string, string>>;
}

/**
 * Whose account it is, read out of one answer by dotted paths. Throws ProviderError when the call is refused, and
 * SyntaxError when the answer holds no id: an account without one could be taken for another.
 */
export function accountAt(
  provider: { api: Api; auth: Auth },
  spec: HttpRequestSpec,
  paths: AccountPaths,
): (ctx: ProviderContext) => Promise<Account> {
  return async (ctx) => {
    const body = (await callProvider(provider, ctx, spec)).json();
    const id = text(readPath(body, paths.id));
    if (id === undefined) throw new SyntaxError(`no id at "${paths.id}" in the provider's answer`);
    const metadata = Object.entries(paths.metadata ?? {}).map(([name, path]) => [
      name,
      readPath(body, path) ?? null,
    ]);
    const name = paths.name === undefined ? undefined : text(readPath(body, paths.name));
    return { id, name: name ?? id, metadata: Object.fromEntries(metadata) as Account['metadata'] };
  };
}

function text(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
