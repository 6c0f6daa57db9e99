import { z } from 'zod';

/** The most rows that any list gives back in one answer. */
export const maxPageSize = 200;

/** The query every list takes. `cursor` is opaque: it comes from `nextCursor` of the answer before. */
export const pageQuery = z.object({
  cursor: z.string().max(500).optional().meta({ description: 'nextCursor of the answer before' }),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(maxPageSize)
    .default(50)
    .meta({ description: 'Rows in the answer' }),
});

/** The answer every list gives: the rows, newest first unless said otherwise, and where to go on. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({
    data: z.array(item),
    nextCursor: z.string().nullable().meta({ description: 'null when there are no more rows' }),
  });
}

/** A moment, as RFC 3339 in UTC. */
export const moment = z.iso.datetime().meta({ description: 'RFC 3339, UTC' });

/** A W3C trace id: 32 lower-case hex digits (https://www.w3.org/TR/trace-context/#trace-id). */
export const traceId = z
  .string()
  .regex(/^(?!0{32})[0-9a-f]{32}$/, 'must be 32 lower-case hex digits')
  .meta({ description: 'Follows a thing from the first request to its last delivery' });
