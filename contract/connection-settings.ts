import { z } from 'zod';

/** Text as the database can keep it, so that what is given is what is read. */
const keepable = z
  .string()
  .refine(
    (text) => text.isWellFormed() && !text.includes('\0'),
    'must not hold NUL or half a surrogate pair',
  );

/** What the tenant's own people note on a connection. A reconnection keeps it. */
export const connectionSettings = z.object({
  label: keepable.trim().min(1).max(120).nullable(),
  metadata: z
    .record(keepable.min(1).max(40), keepable.max(2_000))
    .refine((metadata) => Object.keys(metadata).length <= 50, 'must not have more than 50 keys')
    .meta({ description: 'Replaces what was there; at most 50 keys' }),
});
