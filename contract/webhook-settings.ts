import { z } from 'zod';
import { purposeKey } from './consent.ts';

/** A JSON value that a filter compares with. */
const operand = z.union([z.string().max(1000), z.number(), z.boolean(), z.null()]);

const comparison = z
  .strictObject({
    $eq: operand,
    $ne: operand,
    $in: z.array(operand).max(100),
    $nin: z.array(operand).max(100),
    $gt: z.union([z.number(), z.string().max(1000)]),
    $gte: z.union([z.number(), z.string().max(1000)]),
    $lt: z.union([z.number(), z.string().max(1000)]),
    $lte: z.union([z.number(), z.string().max(1000)]),
    $exists: z.boolean(),
    $contains: operand,
    $startsWith: z.string().max(1000),
    $endsWith: z.string().max(1000),
  })
  .partial();

/** How deep filters may stand in one another, and how many places and filters one may hold in all. */
const filterLimits = { depth: 5, places: 50 } as const;

interface Fault {
  path: (string | number)[];
  message: string;
}

/** Whether a filter has a shape that can be evaluated; where and what is wrong, in words, when it has not. */
function faultOf(
  filter: unknown,
  depth: number,
  count: { places: number },
  path: (string | number)[],
): Fault | undefined {
  if (typeof filter !== 'object' || filter === null || Array.isArray(filter))
    return { path, message: 'must be an object' };
  if (depth > filterLimits.depth)
    return { path, message: `must not be nested more than ${filterLimits.depth} deep` };
  for (const [key, value] of Object.entries(filter)) {
    const place = [...path, key];
    count.places += 1;
    if (count.places > filterLimits.places)
      return { path: place, message: `must not name more than ${filterLimits.places} places in all` };
    const fault = faultAt(key, value, depth, count, place);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function faultAt(
  key: string,
  value: unknown,
  depth: number,
  count: { places: number },
  path: (string | number)[],
): Fault | undefined {
  if (key === '$not') return faultOf(value, depth + 1, count, path);
  if (key === '$and' || key === '$or') {
    if (!Array.isArray(value) || value.length === 0 || value.length > filterLimits.places)
      return { path, message: `must be a list of 1 to ${filterLimits.places} filters` };
    for (const [index, one] of value.entries()) {
      const fault = faultOf(one, depth + 1, count, [...path, index]);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }
  if (key.startsWith('$')) return { path, message: 'is not known: filters are joined by $and, $or and $not' };
  if (!/^[^.]{1,100}(\.[^.]{1,100}){0,9}$/.test(key) || key.split('.').includes('__proto__'))
    return { path, message: 'must be a path such as data.amount, of at most 10 names' };
  if (operand.safeParse(value).success) return undefined;
  const judged = comparison.safeParse(value);
  if (judged.success && Object.keys(judged.data).length > 0) return undefined;
  return { path, message: 'must be a value or comparisons such as {"$gt": 100}' };
}

/**
 * Which events of the subscribed types are wanted. Each key is a place in the event's body as it is before a transform
 * (`type`, `subject`, `data.amount`), each value what must be there. All keys must hold; `$and`, `$or` and `$not` join
 * filters. No regular expressions: a filter is evaluated for every event, in the transaction that accepts it, so it
 * must not be able to take long.
 *
 * - A path goes by names; in a list a number is an index, and any name goes into each of its elements.
 * - A value means `$eq`. `$eq`, `$in`, `$gt`, `$gte`, `$lt`, `$lte`, `$startsWith` and `$endsWith` hold when they do for
 *   anything that stands there: the value itself or, where it is a list, one of its elements.
 * - `$ne` and `$nin` are the opposite of `$eq` and `$in`: they hold when nothing there is equal.
 * - null means that there is nothing: it equals null and what is missing. `$exists` tells the two apart: it asks
 *   whether the path leads anywhere, to null too.
 * - Nothing is converted: `$gt` and the like compare numbers with numbers and texts with texts, these by UTF-16 code
 *   units, so that moments of RFC 3339 in UTC come out right; what is of another type, null or missing does not hold.
 * - `$contains` asks a text for a part of it, and a list for an element.
 * - Several comparisons of one place must all hold, in a list each for an element of its own.
 */
const eventFilter = z
  .record(z.string(), z.unknown())
  .superRefine((value, context) => {
    const fault = faultOf(value, 1, { places: 0 }, []);
    if (fault !== undefined) context.addIssue({ code: 'custom', ...fault });
  })
  .meta({
    id: 'EventFilter',
    description:
      'Places of the body and what they must be: {"data.amount": {"$gt": 100}, "$or": [ … ]}. Values mean $eq; ' +
      'also $ne, $in, $nin, $gt, $gte, $lt, $lte, $exists, $contains, $startsWith, $endsWith, and $and, $or, $not. ' +
      'In a list any element may match. null is null or missing',
  });
export type EventFilter = z.infer<typeof eventFilter>;

/** A field name of HTTP (RFC 9110, 5.6.2). */
const headerName = z.string().regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,100}$/, 'must be the name of a header');
/** Visible text, spaces and tabs: no line can be broken in it. */
const headerValue = z
  .string()
  .max(2000)
  .regex(/^[\t\u0020-\u007e]*$/, 'must be plain text');

/** Headers that are ours to set, or that would change what a request is. */
const ownHeaders = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'te',
  'trailer',
  'traceparent',
  'transfer-encoding',
  'upgrade',
]);

const customHeaderName = headerName.refine(
  (name) => !ownHeaders.has(name.toLowerCase()) && !name.toLowerCase().startsWith('webhook-'),
  'is set by Mortise itself',
);

/** Headers whose value is a secret: settings are shown to everyone who may read the webhook. */
const secretHeaders = new Set(['authorization', 'cookie']);

/**
 * How a webhook's endpoint knows who is calling, besides by the signature. Without secrets: what is shown.
 *
 * - `hmac` is of the raw body alone, for endpoints that cannot check Standard Webhooks.
 * - `oauth2` fetches a token with the client credentials (RFC 6749, section 4.4) and sends it as bearer.
 * - `mtls` shows a client certificate; the url must be https.
 */
const webhookAuth = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('none') }),
    z.object({
      kind: z.literal('basic'),
      username: z
        .string()
        .min(1)
        .max(200)
        // RFC 7617, section 2: the first colon ends it.
        .regex(/^[^:\p{Cc}]+$/u, 'must have no colon and no control characters'),
    }),
    z.object({ kind: z.literal('bearer') }),
    z.object({ kind: z.literal('header'), name: customHeaderName }),
    z.object({
      kind: z.literal('hmac'),
      header: customHeaderName,
      algorithm: z.enum(['sha1', 'sha256', 'sha512']),
      encoding: z.enum(['hex', 'base64']),
      prefix: headerValue.max(50).default(''),
    }),
    z.object({
      kind: z.literal('oauth2'),
      tokenUrl: z.url({ protocol: /^https?$/ }).max(2000),
      clientId: z.string().min(1).max(500),
      scope: z.string().max(1000).optional(),
      audience: z.string().max(1000).optional(),
      clientAuth: z.enum(['basic', 'body']).default('basic'),
    }),
    z.object({
      kind: z.literal('mtls'),
      certificate: z.string().max(20_000).meta({ description: 'PEM, the chain from the leaf on' }),
      ca: z
        .string()
        .max(20_000)
        .optional()
        .meta({ description: "PEM: what the endpoint's own chain ends in" }),
    }),
  ])
  .meta({ id: 'WebhookAuth' });

/**
 * The secret part of an auth kind: password, token, value, secret, clientSecret or privateKey. Taken on create and
 * update, sealed, never shown. Left out on an update that keeps the kind, the one that is there stays.
 */
export const webhookAuthSecret = z.string().min(1).max(20_000);

const seconds = (most: number) => z.int().min(1).max(most);
const day = 86_400;

const webhookRetry = z.object({
  enabled: z.boolean().default(true),
  attempts: z.int().min(1).max(30).default(12).meta({ description: 'In all, the first included' }),
  schedule: z
    .array(seconds(7 * day))
    .min(1)
    .max(29)
    .nullable()
    .default(null)
    .meta({
      description:
        'Seconds after each failed attempt, the last repeated, each up to a tenth longer; null: 5 s growing to a day',
    }),
});

/** A JSON pointer (RFC 6901) into the body that is sent. */
const pointer = z
  .string()
  .max(300)
  .regex(/^(\/([^~/]|~[01])*)*$/, 'must be a JSON pointer such as /data/id');

const shape = {
  method: z.enum(['POST', 'PUT', 'PATCH']),
  headers: z
    .record(customHeaderName, headerValue)
    .refine((headers) => Object.keys(headers).length <= 20, 'must not be more than 20')
    .superRefine((headers, context) => {
      for (const name of Object.keys(headers)) {
        if (secretHeaders.has(name.toLowerCase()))
          context.addIssue({ code: 'custom', path: [name], message: 'is a secret: set it by auth' });
      }
    })
    .meta({ description: 'Sent as they are and shown: what is secret belongs into auth' }),
  filter: eventFilter.nullable(),
  transform: z
    .string()
    .trim()
    .min(1)
    .max(10_000)
    .nullable()
    .meta({
      description:
        'JSONata over the body: the JSON that it gives, up to 256 KiB, is sent in its place; when it gives nothing, ' +
        'nothing is sent. $now() and $millis() are when the event happened; $random, $shuffle and $eval are refused. ' +
        'It has about 200 ms; one that fails is a failed attempt',
    }),
  auth: webhookAuth,
  signing: z.enum(['hmac', 'ed25519']).meta({
    description: 'Changing it makes a new key of the kind; the one before it signs too for 24 hours',
  }),
  timeoutMs: z
    .int()
    .min(1_000)
    .max(60_000)
    .meta({ description: "For an attempt's requests, that for a token included" }),
  retry: webhookRetry,
  rateLimit: z
    .object({ requests: z.int().min(1).max(100_000), perSeconds: seconds(3600) })
    .nullable()
    .meta({ description: 'No more than so many sends in any so many seconds; what is more waits' }),
  concurrency: z.int().min(1).max(100).meta({ description: 'Sends in flight at a time' }),
  orderBy: pointer.nullable().meta({
    description:
      "Deliveries with the same value there are sent one after the other, in the order of their events; an empty pointer: all of them. It points into the event's body, before a transform. An event without the value has no order, nor has what is sent again by hand after it was delivered or given up",
  }),
  consent: z
    .object({ purpose: purposeKey, subject: pointer.min(1) })
    .nullable()
    .meta({
      description:
        'Nothing is sent of a person who has not granted the purpose, nor of an event that names none; subject is ' +
        "where the person's id stands in the event's body, before a transform. Asked anew right before each attempt",
    }),
  retentionDays: z.int().min(1).max(30).nullable().meta({
    description:
      "How long the headers and bodies of attempts are kept; null: as long as the tenant's log. The outcome stays",
  }),
};

/** How a webhook sends, besides where and what. Everything has a default. */
export const webhookSettings = z
  .object({
    method: shape.method.default('POST'),
    headers: shape.headers.default({}),
    filter: shape.filter.default(null),
    transform: shape.transform.default(null),
    auth: shape.auth.default({ kind: 'none' }),
    signing: shape.signing.default('hmac'),
    timeoutMs: shape.timeoutMs.default(20_000),
    retry: shape.retry.default({ enabled: true, attempts: 12, schedule: null }),
    rateLimit: shape.rateLimit.default(null),
    concurrency: shape.concurrency.default(16),
    orderBy: shape.orderBy.default(null),
    consent: shape.consent.default(null),
    retentionDays: shape.retentionDays.default(null),
  })
  .meta({ id: 'WebhookSettings' });
export type WebhookSettings = z.infer<typeof webhookSettings>;

/** What of the settings a caller gives: without defaults, so that what is left out stays as it is. */
export const webhookSettingsChange = z.object(shape).partial();
