import { isIP } from 'node:net';
import { z } from 'zod';

const is = (schema: z.ZodType) => (text: string) => schema.safeParse(text).success;

/** The formats that are checked, not only noted; others are refused when a schema is defined. */
export const formats: ReadonlyMap<string, (text: string) => boolean> = new Map([
  ['date-time', is(z.iso.datetime({ offset: true }))],
  ['date', is(z.iso.date())],
  ['uuid', is(z.guid())],
  ['email', (text: string) => text.length <= 254 && is(z.email())(text)],
  ['uri', (text: string) => /^[a-z][a-z0-9+.-]*:/i.test(text) && URL.canParse(text)],
  ['ipv4', (text: string) => isIP(text) === 4],
  ['ipv6', (text: string) => isIP(text) === 6],
]);
