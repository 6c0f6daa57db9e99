import { z } from 'zod';
import { eventTypeName } from './events.ts';
import { idSchema } from './ids.ts';
import { moment } from './page.ts';
import { defineRoute } from './route.ts';

const tag = 'Event types';

const description = z.string().trim().min(1).max(500);
const schema = z.record(z.string(), z.json()).nullable().meta({
  description:
    'JSON Schema 2020-12, the part without remote references and with RE2 patterns; null: any data',
});
const examples = z
  .array(z.record(z.string(), z.json()))
  .max(5)
  .meta({ description: 'Data of such events; each must fit the schema' });

export const eventType = z
  .object({
    id: idSchema('eventType'),
    type: eventTypeName,
    description: z.string(),
    schema,
    examples,
    archived: z.boolean(),
    createdAt: moment,
    updatedAt: moment,
    version: z.int(),
  })
  .meta({ id: 'EventType' });
export type EventType = z.infer<typeof eventType>;

const newEventType = z.object({
  type: eventTypeName,
  description,
  schema: schema.default(null),
  examples: examples.default([]),
});
const eventTypeChange = z.object({ description, schema, examples, archived: z.boolean() }).partial();
const params = z.object({ id: idSchema('eventType') });

export const listEventTypes = defineRoute({
  name: 'listEventTypes',
  method: 'GET',
  path: '/api/event-types',
  tag,
  summary: "The types of event there are: Mortise's, the providers', the installation's and the tenant's own",
  response: z.object({
    data: z.array(
      z.object({
        type: z.string(),
        description: z.string(),
        origin: z.enum(['mortise', 'provider', 'shared', 'tenant']),
        id: idSchema('eventType').nullable().meta({ description: 'null where nobody defined it by the API' }),
        archived: z.boolean(),
      }),
    ),
  }),
});

export const createEventType = defineRoute({
  name: 'createEventType',
  method: 'POST',
  path: '/api/event-types',
  tag,
  summary: 'Define a type of event of your own',
  body: newEventType,
  response: eventType,
  status: 201,
});

export const readEventType = defineRoute({
  name: 'readEventType',
  method: 'GET',
  path: '/api/event-types/:id',
  tag,
  summary: 'One type with its schema and examples, the tenant’s own or one defined for all',
  params,
  response: eventType,
});

export const updateEventType = defineRoute({
  name: 'updateEventType',
  method: 'PATCH',
  path: '/api/event-types/:id',
  tag,
  summary: 'Change a type, or put it into the archive, from where it cannot be published',
  params,
  body: eventTypeChange,
  response: eventType,
});

export const deleteEventType = defineRoute({
  name: 'deleteEventType',
  method: 'DELETE',
  path: '/api/event-types/:id',
  tag,
  summary: 'Forget a type. Its events stay',
  params,
});

export const createSharedEventType = defineRoute({
  name: 'createSharedEventType',
  method: 'POST',
  path: '/api/event-types/shared',
  tag,
  summary: 'Define a type of event for all tenants (operator key)',
  body: newEventType,
  response: eventType,
  status: 201,
});

export const updateSharedEventType = defineRoute({
  name: 'updateSharedEventType',
  method: 'PATCH',
  path: '/api/event-types/shared/:id',
  tag,
  summary: 'Change a type that is defined for all tenants (operator key)',
  params,
  body: eventTypeChange,
  response: eventType,
});

export const deleteSharedEventType = defineRoute({
  name: 'deleteSharedEventType',
  method: 'DELETE',
  path: '/api/event-types/shared/:id',
  tag,
  summary: 'Forget a type that is defined for all tenants (operator key)',
  params,
});
