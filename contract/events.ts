import { z } from 'zod';
import { idSchema } from './ids.ts';
import { moment, pageOf, pageQuery, traceId } from './page.ts';
import { defineRoute } from './route.ts';

const tag = 'Events';

/** Dotted lower-case words, the last in the past tense: `contact.updated`. */
export const eventTypeName = z
  .string()
  .max(120)
  .regex(/^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$/, 'must look like contact.updated');

export const event = z
  .object({
    id: idSchema('event'),
    type: eventTypeName,
    subject: z.string().nullable().meta({ description: 'Id of the thing it happened to' }),
    data: z.record(z.string(), z.json()),
    traceId,
    occurredAt: moment,
    deliveryCount: z.int().meta({ description: 'Webhooks it was bound for' }),
  })
  .meta({ id: 'Event' });
export type MortiseEvent = z.infer<typeof event>;

export const listEvents = defineRoute({
  name: 'listEvents',
  method: 'GET',
  path: '/api/events',
  tag,
  summary: 'What happened, newest first',
  query: pageQuery.extend({
    type: z.string().max(120).optional(),
    subject: z.string().max(100).optional(),
    traceId: traceId.optional(),
  }),
  response: pageOf(event),
});

export const readEvent = defineRoute({
  name: 'readEvent',
  method: 'GET',
  path: '/api/events/:id',
  tag,
  summary: 'One event with its payload',
  params: z.object({ id: idSchema('event') }),
  response: event,
});

export const listEventTypes = defineRoute({
  name: 'listEventTypes',
  method: 'GET',
  path: '/api/event-types',
  tag,
  summary: 'The types of event this installation can send',
  response: z.object({ data: z.array(z.object({ type: z.string(), description: z.string() })) }),
});
