import { readMe, roles, type Me, type Role } from '@mortise/contract';
import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { person } from './client.ts';
import { chooseTenant, storedTenant } from './session.ts';

/** Who is signed in. Not by organisation: it decides which one there is. */
export const meOptions = queryOptions<Me>({
  queryKey: ['me'],
  queryFn: ({ signal }) => person.call(readMe, {}, { signal }),
  staleTime: 60_000,
});

/** Who is signed in and where they work; only inside the shell, which has made sure that there is someone. */
export function useMe() {
  const { data: me } = useSuspenseQuery(meOptions);
  const tenant = chooseTenant(me.tenants, storedTenant());
  return { me, tenant };
}

/** Whether the signed-in person's role allows what takes at least this role. The server decides; this only hides. */
export function useMay(least: Role): boolean {
  const { tenant } = useMe();
  return tenant !== undefined && mayAs(tenant.role, least);
}

export function mayAs(role: Role, least: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(least);
}
