import { z } from 'zod';
import { jsonPointer } from './events.ts';
import { idSchema } from './ids.ts';
import { moment } from './page.ts';
import { defineRoute } from './route.ts';

const tag = 'Events';

export const erasure = z
  .object({
    id: idSchema('erasure'),
    state: z.enum(['queued', 'running', 'succeeded', 'failed']),
    seen: z.int().meta({ description: 'Events looked at so far' }),
    erased: z.int().meta({ description: 'Events whose data is gone' }),
    error: z.string().nullable(),
    requestedAt: moment,
    finishedAt: moment.nullable(),
  })
  .meta({ id: 'Erasure' });
export type Erasure = z.infer<typeof erasure>;

export const eraseEvents = defineRoute({
  name: 'eraseEvents',
  method: 'POST',
  path: '/api/events/erase',
  tag,
  summary:
    'Erase the data of all events about somebody, and what their deliveries have kept. It cannot be undone',
  body: z
    .strictObject({
      subject: z.string().min(1).max(200),
      pointer: jsonPointer.meta({ description: 'Where in the data: /customer/email' }),
      value: z.union([z.string().min(1).max(500), z.number(), z.boolean()]),
    })
    .partial()
    .refine(
      ({ subject, pointer, value }) =>
        (subject === undefined) !== (pointer === undefined) &&
        (pointer === undefined) === (value === undefined),
      'must be subject alone, or pointer and value',
    ),
  response: erasure,
  status: 202,
});

export const readErasure = defineRoute({
  name: 'readErasure',
  method: 'GET',
  path: '/api/events/erasures/:id',
  tag,
  summary: 'How far an erasure has come',
  params: z.object({ id: idSchema('erasure') }),
  response: erasure,
});
