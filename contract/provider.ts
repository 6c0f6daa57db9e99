import { z } from 'zod';
import { consentCategory } from './consent-category.ts';

export const providerId = z.string().regex(/^[a-z][a-z0-9-]{1,40}$/);

/** One input of a form: part of a credential, or something that is asked before a consent page can be opened. */
export const inputField = z
  .object({
    name: z.string(),
    label: z.string(),
    secret: z.boolean(),
    required: z.boolean(),
    help: z.string().optional(),
    placeholder: z.string().optional(),
    pattern: z.string().optional().meta({ description: 'Regular expression the whole value must match' }),
  })
  .meta({ id: 'InputField' });
export type InputField = z.infer<typeof inputField>;

/** What a person sees of a provider in the gallery. */
export const provider = z
  .object({
    id: providerId,
    name: z.string(),
    category: z.string(),
    description: z.string(),
    logo: z.string().meta({ description: 'SVG, as a data: URL' }),
    authKind: z.enum(['apiKey', 'basic', 'bearer', 'oauth2', 'sigv4', 'custom']),
    connectsBy: z.enum(['consent', 'entry', 'client']).meta({
      description:
        "How an account is connected: consent in a browser; what a person enters; the integration's own OAuth client alone (client credentials)",
    }),
    resources: z.array(z.object({ name: z.string(), label: z.string() })),
    scopes: z.array(z.string()),
    fields: z.array(inputField).meta({
      description: 'What a person enters to connect an account; empty where consent is given instead',
    }),
    inputs: z.array(inputField).meta({
      description: 'What is asked before the consent page can be opened, or the client exchanged',
    }),
    hosts: z.array(z.string()).meta({ description: 'The names of its base URLs' }),
    consentCategories: z.partialRecord(consentCategory, z.string()).meta({
      description:
        'What it can be told that a person withdrew, each with its own name for it; empty where it cannot be told',
    }),
    receivesWebhooks: z.boolean().meta({ description: 'Whether what it posts can be received here' }),
    sandbox: z.boolean().meta({ description: 'Whether an emulator of it runs in this installation' }),
  })
  .meta({ id: 'Provider' });
export type Provider = z.infer<typeof provider>;
