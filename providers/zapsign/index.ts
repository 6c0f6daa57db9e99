/**
 * ZapSign, electronic signatures: documents, the people who sign them, and templates, by API token.
 *
 * Standard where the kit says nothing else: a bearer token, pages with a link to the next.
 * Deviations, each in its file: a token that never expires and no call that revokes it (`auth.ts`); no call that
 * tells whose token it is (`account.ts`); a limit whose answer says nothing (`api.ts`); no filter by time of
 * change, hence windows of creation with a long look-back (`list-documents.ts`); states in two languages
 * (`shapes.ts`); signers that only stand on documents (`signers.ts`); an update that answers with a sentence
 * (`documents.ts`); webhooks that repeat a secret and sign nothing (`webhooks.ts`).
 *
 * Flow: token typed in -> `account` (the owner's address) -> sync reads `resources`; in between, webhooks tell what
 * changed. The sandbox of ZapSign itself is another host: https://sandbox.api.zapsign.com.br/api/v1, with a token
 * of its own; accounts hosted in Brazil use https://br.api.zapsign.com.br/api/v1.
 *
 * Sources: ZapSign's public documentation. What it leaves open is marked "unconfirmed" where it stands.
 */
import { defineProvider } from '../kit/index.ts';
import { account } from './account.ts';
import { api } from './api.ts';
import { auth } from './auth.ts';
import { documents } from './documents.ts';
import { signers } from './signers.ts';
import { templates } from './templates.ts';
import { webhooks } from './webhooks.ts';

export const zapsign = defineProvider({
  id: 'zapsign',
  name: 'ZapSign',
  category: 'documents',
  description: 'Documents sent for signature, their signers and templates, in ZapSign.',
  logo: new URL('./logo.svg', import.meta.url),
  docsUrl: 'https://docs.zapsign.com.br',
  hosts: { api: 'https://api.zapsign.com.br/api/v1' },
  auth,
  api,
  // The plan would be as cheap, but answers 404 to an account that has none.
  test: { method: 'GET', url: 'api:/users/', query: { page: 1 } },
  account,
  resources: { documents, signers, templates },
  webhooks,
});
