import { json, seedOf } from '../../kit/emulator/index.ts';
import { failure } from './envelopes.ts';
import { guarded } from './guard.ts';
import { contactView } from './views.ts';
import type { EmulatedRecord, EmulatorRequest, Route, World } from '../../kit/emulator/index.ts';

const LARGEST_SIZE = 100;

/** Segmentations, and the contacts in each: the standard one holds everybody, the others a part. */
export function segmentationRoutes(world: World): Route[] {
  const alive = (accountId: string, collection: string): EmulatedRecord[] =>
    world.records.all(accountId, collection).filter((one) => one.archivedAt === undefined);
  return [
    {
      method: 'GET',
      host: 'api',
      path: '/platform/segmentations',
      handler: guarded(
        world,
        (request, accountId) => {
          const rows = alive(accountId, 'segmentations').map((one) => ({
            id: Number(one.id),
            name: one.fields['name'],
            standard: one.fields['standard'] === 'true',
            created_at: new Date(one.createdAt).toISOString(),
            updated_at: new Date(one.updatedAt).toISOString(),
            process_status: 'processed',
            links: [],
          }));
          return json(200, { segmentations: paged(request, rows) });
        },
        'segmentations',
      ),
    },
    {
      method: 'GET',
      host: 'api',
      path: '/platform/segmentations/:id/contacts',
      handler: guarded(
        world,
        (request, accountId) => {
          const found = world.records.get(accountId, 'segmentations', request.params['id'] ?? '');
          if (found === undefined) return failure(404, 'RESOURCE_NOT_FOUND', 'Segmentation not found.');
          const members = alive(accountId, 'contacts').filter(
            (one) => found.fields['standard'] === 'true' || seedOf(found.id, one.id) % 4 === 0,
          );
          return json(200, { contacts: paged(request, members).map(contactView) });
        },
        'segmentations',
      ),
    },
  ];
}

/** A page past the last is empty. */
function paged<T>({ query }: EmulatorRequest, rows: readonly T[]): T[] {
  const page = Math.max(1, Number(query.get('page')) || 1);
  const size = Math.min(LARGEST_SIZE, Math.max(1, Number(query.get('page_size')) || 10));
  return rows.slice((page - 1) * size, page * size);
}
