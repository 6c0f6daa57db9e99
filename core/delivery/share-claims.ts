/** A webhook for which something is due. */
export interface DueLine {
  tenant_id: string;
  webhook_id: string;
}

/**
 * Shares out what may be claimed: tenants take turns, one delivery a turn, and so do each tenant's webhooks, so that
 * neither a tenant's many webhooks nor its many deliveries take more than its part.
 *
 * @param count how many in all
 * @param most of one webhook
 * @returns lines with how many of each, those with none left out
 */
export function shareClaims<T extends DueLine>(
  lines: readonly T[],
  count: number,
  most: number,
): { line: T; count: number }[] {
  const tenants = new Map<string, { line: T; count: number }[]>();
  for (const line of lines) {
    const of = tenants.get(line.tenant_id) ?? [];
    tenants.set(line.tenant_id, of);
    of.push({ line, count: 0 });
  }
  let rest = count;
  let round = [...tenants.values()].map((shares) => ({ shares, given: 0 }));
  while (rest > 0 && round.length > 0) {
    for (const tenant of round) {
      if (rest === 0) break;
      const share = tenant.shares[tenant.given % tenant.shares.length];
      if (share === undefined) continue;
      share.count += 1;
      tenant.given += 1;
      rest -= 1;
    }
    round = round.filter((tenant) => tenant.given < tenant.shares.length * most);
  }
  return [...tenants.values()].flat().filter((share) => share.count > 0);
}
