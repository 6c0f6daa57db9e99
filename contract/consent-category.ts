import { z } from 'zod';

/** What providers that keep consents file a purpose under, in one word for all of them. */
export const consentCategory = z.enum(['communications']);
export type ConsentCategory = z.infer<typeof consentCategory>;
