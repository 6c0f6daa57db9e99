/**
 * Puts what several tenants have in turns: of each its first, then of each its second, and so on. A tenant's own keep
 * their order, and tenants that of their first ones. Pure.
 */
export function takeTurns<R extends { tenant_id: string }>(rows: readonly R[]): R[] {
  const before = new Map<string, number>();
  return rows
    .map((row) => {
      const turn = before.get(row.tenant_id) ?? 0;
      before.set(row.tenant_id, turn + 1);
      return { row, turn };
    })
    .toSorted((one, other) => one.turn - other.turn)
    .map(({ row }) => row);
}
