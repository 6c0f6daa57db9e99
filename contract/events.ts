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
    publisher: z
      .string()
      .nullable()
      .meta({ description: 'operator, or the id of who published it; null where Mortise raised it' }),
    erasedAt: moment.nullable().meta({ description: 'When its data was erased on request' }),
  })
  .meta({ id: 'Event' });
export type MortiseEvent = z.infer<typeof event>;

/** The most that the data of one published event may take as JSON in UTF-8. */
export const maxEventDataBytes = 256 * 1024;
export const maxEventsABatch = 500;

export const publishInput = z
  .object({
    id: z.string().min(1).max(200).optional().meta({
      description: "The caller's own id. The same id again is the same event, for at least 24 hours",
    }),
    type: eventTypeName,
    subject: z.string().min(1).max(200).nullable().default(null),
    data: z.record(z.string(), z.unknown()).meta({ description: 'At most 256 KiB' }),
    occurredAt: moment.optional().meta({ description: 'When it happened; now when left out' }),
  })
  .meta({ id: 'PublishInput' });
export type PublishInput = z.input<typeof publishInput>;

export const publishedEvent = event
  .omit({ data: true, publisher: true, erasedAt: true })
  .meta({ id: 'PublishedEvent' });
export type PublishedEvent = z.infer<typeof publishedEvent>;

export const publishEvent = defineRoute({
  name: 'publishEvent',
  method: 'POST',
  path: '/api/events',
  tag,
  summary: 'Publish one event. With the answer it is committed, its deliveries too',
  body: publishInput,
  response: publishedEvent,
  status: 202,
});

export const publishEvents = defineRoute({
  name: 'publishEvents',
  method: 'POST',
  path: '/api/events/batch',
  tag,
  summary: 'Publish up to 500 events in one commit: all of them or none',
  body: z.object({ events: z.array(publishInput).min(1).max(maxEventsABatch) }),
  response: z.object({ data: z.array(publishedEvent) }),
  status: 202,
});

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
