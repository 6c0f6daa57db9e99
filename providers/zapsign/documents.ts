import { resource } from '../kit/index.ts';
import { listCreated, listDocuments, LOOK_BACK_MS } from './list-documents.ts';
import { readPage } from './read-page.ts';
import { documentShape, filled, stateOf } from './shapes.ts';
import type { FieldSpec, FieldValues, HttpRequestSpec, HttpResponse } from '../kit/index.ts';
import type { ZapSignDocument } from './shapes.ts';

const SIGNER_FIELDS = ['signer_name', 'signer_email'];
const TEMPLATE_FIELDS = ['template_id', 'template_data'];
const UPDATABLE = ['name', 'folder_path', 'date_limit_to_sign'];

const fields: FieldSpec[] = [
  { name: 'name', label: 'Name', type: 'string', writable: true, required: true },
  { name: 'status', label: 'Status', type: 'enum', writable: false },
  { name: 'external_id', label: 'External id', type: 'string', writable: true },
  { name: 'folder_path', label: 'Folder', type: 'string', writable: true },
  { name: 'lang', label: 'Language', type: 'enum', writable: true },
  { name: 'created_at', label: 'Created', type: 'datetime', writable: false },
  { name: 'created_by', label: 'Created by', type: 'email', writable: false },
  { name: 'signer_name', label: 'First signer', type: 'string', writable: true, required: true },
  { name: 'signer_email', label: 'First signer’s e-mail', type: 'email', writable: true },
  { name: 'signers', label: 'Signers', type: 'json', writable: false },
  { name: 'date_limit_to_sign', label: 'Sign until', type: 'datetime', writable: true, writeOnly: true },
  // One of these, or a template, is what is to be signed. Up to 10 MB.
  { name: 'url_pdf', label: 'PDF address', type: 'url', writable: true, writeOnly: true },
  { name: 'url_docx', label: 'DOCX address', type: 'url', writable: true, writeOnly: true },
  { name: 'base64_pdf', label: 'PDF', type: 'string', writable: true, writeOnly: true },
  { name: 'base64_docx', label: 'DOCX', type: 'string', writable: true, writeOnly: true },
  { name: 'markdown_text', label: 'Text', type: 'string', writable: true, writeOnly: true },
  { name: 'template_id', label: 'Template', type: 'string', writable: true, writeOnly: true },
  { name: 'template_data', label: 'Template variables', type: 'json', writable: true, writeOnly: true },
];

const at = (token: string): string => `api:/docs/${encodeURIComponent(token)}/`;
const read = (response: HttpResponse): unknown => response.json();

/** Documents sent for signature. The files' addresses live for an hour and are no fields. */
export const documents = resource<ZapSignDocument>({
  name: 'documents',
  label: 'Documents',
  eventPrefix: 'document',
  schema: documentShape,
  idOf: (raw) => raw.token,
  updatedAtOf: (raw) => new Date(raw.last_update_at),
  display: ({ name, token, status }) => ({
    title: name || `Document ${token}`,
    subtitle: stateOf(status) ?? status,
  }),
  fieldsOf: (raw) => {
    const signers = raw.signers ?? [];
    return {
      name: raw.name,
      status: stateOf(raw.status),
      external_id: filled(raw.external_id),
      folder_path: filled(raw.folder_path),
      lang: filled(raw.lang),
      created_at: raw.created_at,
      created_by: filled(raw.created_by?.email),
      signer_name: filled(signers[0]?.name),
      signer_email: filled(signers[0]?.email),
      signers: signers.map(({ token, name, email, status }) => ({
        token,
        name,
        email: filled(email),
        status: stateOf(status),
      })),
    };
  },
  fields,
  pageSize: 20,
  list: (args) => listDocuments(args, { deleted: false }),
  readPage,
  incremental: { window: 'created', lookBackMs: LOOK_BACK_MS, request: listCreated },

  deleted: {
    list: (args) => listDocuments(args, { deleted: true }),
    deletedAtOf: (raw) => {
      const told = documentShape.safeParse(raw).data?.deleted_at;
      return told === undefined || told === null ? undefined : new Date(told);
    },
  },

  get: { request: (id) => ({ method: 'GET', url: at(id) }), read },
  create: { request: createRequest, read },
  update: {
    // Only while it is being signed, and only these.
    request: (id, given) => ({
      method: 'PUT',
      url: at(id),
      json: Object.fromEntries(Object.entries(given).filter(([name]) => UPDATABLE.includes(name))),
    }),
    // The answer is a sentence.
    read: () => undefined,
  },
  // A deleted document can still be read, marked as such.
  delete: { request: (id) => ({ method: 'DELETE', url: at(id) }) },
});

/** From a template where one is named, otherwise from a file or a text. */
function createRequest(given: FieldValues): HttpRequestSpec {
  const { signer_name, signer_email, template_id, template_data } = given;
  const own = Object.fromEntries(
    Object.entries(given).filter(([name]) => ![...SIGNER_FIELDS, ...TEMPLATE_FIELDS].includes(name)),
  );
  if (typeof template_id === 'string' && template_id !== '') {
    const data = Array.isArray(template_data) ? template_data : [];
    const json = { ...own, template_id, signer_name, signer_email, data };
    return { method: 'POST', url: 'api:/models/create-doc/', json };
  }
  const json = { ...own, signers: [{ name: signer_name, email: signer_email }] };
  return { method: 'POST', url: 'api:/docs/', json };
}
