import { z } from 'zod';

export const signerShape = z.object({
  token: z.string().min(1),
  name: z.string(),
  status: z.string().nullish(),
  email: z.string().nullish(),
  phone_country: z.string().nullish(),
  phone_number: z.string().nullish(),
  auth_mode: z.string().nullish(),
  qualification: z.string().nullish(),
  external_id: z.string().nullish(),
  times_viewed: z.number().nullish(),
  signed_at: z.string().nullish(),
});

export const documentShape = z.object({
  token: z.string().min(1),
  name: z.string(),
  status: z.string(),
  external_id: z.string().nullish(),
  folder_path: z.string().nullish(),
  lang: z.string().nullish(),
  created_at: z.iso.datetime(),
  last_update_at: z.iso.datetime(),
  deleted: z.boolean().nullish(),
  deleted_at: z.iso.datetime().nullish(),
  created_by: z.object({ email: z.string().nullish() }).nullish(),
  signers: z.array(signerShape).nullish(),
});

export type ZapSignDocument = z.infer<typeof documentShape>;

/**
 * One word for one state. Details speak English and lists with signers Portuguese; webhooks say "recusado" of a
 * document. A state we do not know is left as it is.
 */
const STATES: Readonly<Record<string, string>> = {
  nao_abriu: 'new',
  abriu: 'link-opened',
  assinou: 'signed',
  recusou: 'refused',
  recusado: 'refused',
  expirou: 'expired',
  cancelado: 'cancelled',
};

export function stateOf(status: string | null | undefined): string | null {
  return filled(status) === null ? null : (STATES[status ?? ''] ?? status ?? null);
}

/** ZapSign writes an empty text where there is nothing. */
export function filled(text: string | null | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}
