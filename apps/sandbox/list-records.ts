import type { EmulatedRecord, World } from '@mortise/providers/kit/emulator';

/** Records whose fields or id contain every word of `q`, last changed first. */
export function listRecords(
  world: World,
  account: string,
  collection: string,
  query: URLSearchParams,
): { total: number; records: EmulatedRecord[] } {
  const words = fold(query.get('q') ?? '')
    .split(/\s+/)
    .filter(Boolean);
  const archived = query.get('archived') === 'true';
  const found = world.records.all(account, collection).filter((record) => {
    if ((record.archivedAt !== undefined) !== archived) return false;
    const text = fold([record.id, ...Object.values(record.fields)].join('\n'));
    return words.every((word) => text.includes(word));
  });
  found.sort((a, b) => b.updatedAt - a.updatedAt);
  const offset = Number(query.get('offset') ?? 0);
  const limit = Math.min(Number(query.get('limit') ?? 20), 200);
  return { total: found.length, records: found.slice(offset, offset + limit) };
}

/** Lower case, without accents: "joao" finds João. */
function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
