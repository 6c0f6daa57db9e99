import { z } from 'zod';

/** Why a provider could not be used: one for each thing that can be done about it. */
export const providerFault = z.enum([
  'client_missing',
  'wrong_client',
  'wrong_key',
  'unreachable',
  'unauthorized',
  'forbidden',
  'rate_limited',
  'provider_unavailable',
  'provider_refused',
]);
export type ProviderFault = z.infer<typeof providerFault>;

export const fault = providerFault.nullable().meta({ description: 'Why it did not go well' });
export const retryAfterSeconds = z
  .int()
  .nullable()
  .meta({ description: 'When to try again, where the provider says' });
