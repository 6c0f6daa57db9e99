import { json } from '../../kit/emulator/index.ts';
import { failure } from './envelopes.ts';
import { guarded } from './guard.ts';
import { PIPELINES } from './pipelines.ts';
import { scopeOf } from './record-shape.ts';
import type { Route, World } from '../../kit/emulator/index.ts';
import type { Pipeline } from './pipelines.ts';

const MADE_AT = new Date(Date.UTC(2025, 0, 6)).toISOString();

/** The pipelines of deals and tickets, with their stages: what gives a stage's id its name. Read only. */
export function pipelineRoutes(world: World): Route[] {
  const handler = guarded(
    world,
    { scope: ({ params }) => scopeOf(params['type'] ?? '', 'read') },
    ({ params }) => {
      const pipelines = PIPELINES[params['type'] ?? ''];
      if (pipelines === undefined)
        return failure(404, 'OBJECT_NOT_FOUND', `Unable to infer object type from: ${params['type'] ?? ''}`);
      const id = params['id'];
      if (id === undefined) return json(200, { results: pipelines.map(view) });
      const at = pipelines.findIndex((one) => one.id === id);
      const found = pipelines[at];
      return found === undefined
        ? failure(404, 'OBJECT_NOT_FOUND', `Pipeline ${id} was not found`)
        : json(200, view(found, at));
    },
  );
  return ['/crm/v3/pipelines/:type', '/crm/v3/pipelines/:type/:id'].map((path) => ({
    method: 'GET',
    host: 'api',
    path,
    handler,
  }));
}

function view({ id, label, stages }: Pipeline, displayOrder: number): Record<string, unknown> {
  const frame = { createdAt: MADE_AT, updatedAt: MADE_AT, archived: false };
  return {
    id,
    label,
    displayOrder,
    stages: stages.map((stage, order) => ({ ...stage, displayOrder: order, ...frame })),
    ...frame,
  };
}
