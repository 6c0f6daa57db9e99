import { useParams, useSearch } from '@tanstack/react-router';

/** The `$id` of the page's path. */
export function useId(): string {
  return useParams({ strict: false }).id ?? '';
}

/** The page's search parameters: filters and tabs live in the URL, so that a link shows what was seen. */
export function useFilters(): Readonly<Record<string, string | undefined>> {
  const search: Record<string, string | undefined> = useSearch({ strict: false });
  return search;
}
