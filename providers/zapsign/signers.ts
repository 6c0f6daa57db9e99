import { z } from 'zod';
import { ProviderError, resource } from '../kit/index.ts';
import { listCreated, listDocuments, LOOK_BACK_MS } from './list-documents.ts';
import { readPage } from './read-page.ts';
import { documentShape, filled, signerShape, stateOf } from './shapes.ts';
import type { FieldSpec, HttpResponse, Page } from '../kit/index.ts';

/** With the document it belongs to, which only the document's own listing tells. */
const shape = signerShape.extend({ document: z.string().optional() });

const fields: FieldSpec[] = [
  { name: 'name', label: 'Name', type: 'string', writable: true, required: true },
  { name: 'email', label: 'E-mail', type: 'email', writable: true },
  { name: 'phone_country', label: 'Phone country', type: 'string', writable: true },
  { name: 'phone_number', label: 'Phone', type: 'phone', writable: true },
  { name: 'status', label: 'Status', type: 'enum', writable: false },
  { name: 'auth_mode', label: 'Authentication', type: 'enum', writable: true },
  { name: 'qualification', label: 'Signs as', type: 'string', writable: true },
  { name: 'external_id', label: 'External id', type: 'string', writable: true },
  { name: 'times_viewed', label: 'Times viewed', type: 'number', writable: false },
  { name: 'signed_at', label: 'Signed', type: 'datetime', writable: false },
  { name: 'document', label: 'Document', type: 'string', writable: true, required: true },
];

/**
 * The people who sign. ZapSign has no list of them: they are read off the documents, and a look at one by its token
 * is left out because it does not tell its document.
 */
export const signers = resource<z.infer<typeof shape>>({
  name: 'signers',
  label: 'Signers',
  eventPrefix: 'signer',
  schema: shape,
  idOf: (raw) => raw.token,
  display: ({ token, name, email }) => ({
    title: name || filled(email) || `Signer ${token}`,
    ...(name && filled(email) !== null ? { subtitle: email ?? '' } : {}),
  }),
  fieldsOf: (raw) => ({
    name: raw.name,
    email: filled(raw.email),
    phone_country: filled(raw.phone_country),
    phone_number: filled(raw.phone_number),
    status: stateOf(raw.status),
    auth_mode: filled(raw.auth_mode),
    qualification: filled(raw.qualification),
    external_id: filled(raw.external_id),
    times_viewed: raw.times_viewed ?? null,
    signed_at: filled(raw.signed_at),
    document: filled(raw.document),
  }),
  fields,
  pageSize: 20,
  list: (args) => listDocuments(args, { deleted: false }),
  readPage: readSigners,
  incremental: { window: 'created', lookBackMs: LOOK_BACK_MS, request: listCreated },

  create: {
    request: ({ document, ...given }) => {
      if (typeof document !== 'string' || document === '') {
        throw new ProviderError({ kind: 'invalid', message: 'a signer needs the document to sign' });
      }
      return { method: 'POST', url: `api:/docs/${encodeURIComponent(document)}/add-signer/`, json: given };
    },
    read: (response) => response.json(),
  },
  update: {
    // By POST, and only before the person has signed. To set the same again changes nothing.
    request: (id, { document: _fixed, ...given }) => ({
      method: 'POST',
      url: `api:/signers/${encodeURIComponent(id)}/`,
      idempotent: true,
      json: given,
    }),
    read: (response) => response.json(),
  },
  delete: { request: (id) => ({ method: 'DELETE', url: `api:/signer/${encodeURIComponent(id)}/remove/` }) },
});

/** The signers of a page of documents. How many there are in all is told of the documents alone. */
function readSigners(response: HttpResponse): Page {
  const { records, next } = readPage(response);
  const signersOf = (raw: unknown): unknown[] => {
    const one = documentShape.pick({ token: true }).extend({ signers: z.array(z.looseObject({})).nullish() });
    const { token, signers: listed } = one.parse(raw);
    return (listed ?? []).map((signer) => ({ ...signer, document: token }));
  };
  return { records: records.flatMap(signersOf), ...(next === undefined ? {} : { next }) };
}
