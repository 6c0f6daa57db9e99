import { json, readJson } from '../../kit/emulator/index.ts';
import { invalid, missing, plain, refused } from './envelopes.ts';
import { guarded } from './guard.ts';
import { documentView, signersOf, signerView, statusOf } from './views.ts';
import type {
  EmulatedRecord,
  EmulatorRequest,
  EmulatorResponse,
  Route,
  World,
} from '../../kit/emulator/index.ts';

const REQUIRED = 'Este campo é obrigatório.';
const SOURCES = ['url_pdf', 'base64_pdf', 'url_docx', 'base64_docx', 'markdown_text'];
const SIGNER_FIELDS = [
  'name',
  'email',
  'phone_country',
  'phone_number',
  'auth_mode',
  'qualification',
  'external_id',
];
const DOCUMENT_FIELDS = ['name', 'external_id', 'folder_path', 'lang', 'date_limit_to_sign'];

type Body = Record<string, unknown>;
type Act = (body: Body, accountId: string, request: EmulatorRequest) => EmulatorResponse;

/** What changes documents and signers. Success is always a 200. */
export function writeRoutes(world: World): Route[] {
  const { records } = world;
  const route = (method: string, path: string, act: Act): Route => ({
    method,
    host: 'api',
    path,
    handler: guarded(world, (request, { id }) => {
      const body = method === 'DELETE' ? {} : readJson(request);
      return body === undefined ? plain(406, 'Not Acceptable: JSON only') : act(body, id, request);
    }),
  });

  const alive = (
    accountId: string,
    collection: string,
    id: string | undefined,
  ): EmulatedRecord | undefined => {
    const found = records.get(accountId, collection, id ?? '');
    return found?.archivedAt === undefined ? found : undefined;
  };

  const makeSigner = (accountId: string, given: Body): EmulatedRecord =>
    records.create(accountId, 'signers', {
      status: 'new',
      times_viewed: '0',
      ...texts(given, SIGNER_FIELDS),
    });

  const makeDocument = (accountId: string, given: Body, signers: readonly Body[]): EmulatorResponse => {
    const name = given['name'];
    if (typeof name !== 'string' || name === '') return invalid('name', REQUIRED);
    if (name.length > 255)
      return invalid('name', 'Certifique-se de que este campo não tenha mais de 255 caracteres.');
    if (signers.length === 0 || signers.some((one) => !one['name']))
      return invalid('signers', 'name: obrigatório.');
    // The signers first: the document is told of with all of them.
    const tokens = signers.map((one) => makeSigner(accountId, one).id);
    const fields = { ...texts(given, DOCUMENT_FIELDS), status: 'pending', signers: tokens.join(',') };
    return json(200, documentView(world, records.create(accountId, 'documents', fields)));
  };

  const documentOf = (accountId: string, signerToken: string): EmulatedRecord | undefined =>
    records
      .all(accountId, 'documents')
      .find((one) => (one.fields['signers'] ?? '').split(',').includes(signerToken));

  return [
    route('POST', '/docs/', (body, accountId) => {
      if (SOURCES.filter((source) => body[source]).length !== 1)
        return invalid('non_field_errors', `Envie exatamente um de: ${SOURCES.join(', ')}.`);
      const signers = Array.isArray(body['signers']) ? (body['signers'] as Body[]) : [];
      return makeDocument(accountId, body, signers);
    }),
    route('POST', '/models/create-doc/', (body, accountId) => {
      const template = alive(accountId, 'templates', String(body['template_id']));
      if (template === undefined) return missing();
      if (!body['signer_name']) return invalid('signer_name', REQUIRED);
      const signer = { name: body['signer_name'], email: body['signer_email'] };
      return makeDocument(accountId, { ...body, name: body['name'] ?? template.fields['name'] }, [signer]);
    }),
    route('PUT', '/docs/:token/', (body, accountId, { params }) => {
      const found = alive(accountId, 'documents', params['token']);
      if (found === undefined) return missing();
      if (statusOf(world, found) !== 'pending')
        return refused(400, 'O documento não está mais em andamento.');
      records.update(
        accountId,
        'documents',
        found.id,
        texts(body, ['name', 'folder_path', 'date_limit_to_sign']),
      );
      return json(200, { message: 'Documento atualizado.' });
    }),
    route('DELETE', '/docs/:token/', (_body, accountId, { params }) => {
      const gone = records.archive(accountId, 'documents', params['token'] ?? '');
      return gone === undefined ? missing() : json(200, documentView(world, gone));
    }),
    route('POST', '/refuse/', (body, accountId, { headers }) => {
      if (!headers['user-agent']) return refused(403, 'User-Agent ausente.');
      if (!body['doc_token'])
        return json(400, { code: 'missing_doc_token', message: 'doc_token é obrigatório.' });
      const found = alive(accountId, 'documents', texts(body, ['doc_token'])['doc_token']);
      if (found === undefined)
        return json(404, { code: 'document_not_found', message: 'Documento não encontrado.' });
      const status = statusOf(world, found);
      if (status !== 'pending')
        return json(403, { code: `document_already_${status}`, message: 'Já concluído.' });
      records.update(accountId, 'documents', found.id, { status: 'refused' });
      return json(200, { message: 'Documento cancelado.' });
    }),
    route('POST', '/docs/:token/add-signer/', (body, accountId, { params }) => {
      const found = alive(accountId, 'documents', params['token']);
      if (found === undefined) return missing();
      if (!body['name']) return invalid('name', REQUIRED);
      const signer = makeSigner(accountId, body);
      const tokens = [...signersOf(world, found).map((one) => one.id), signer.id];
      records.update(accountId, 'documents', found.id, { signers: tokens.join(',') });
      return json(200, signerView(signer));
    }),
    {
      method: 'GET',
      host: 'api',
      path: '/signers/:token/',
      handler: guarded(world, ({ params }, { id }) => {
        const found = alive(id, 'signers', params['token']);
        return found === undefined ? missing() : json(200, signerView(found));
      }),
    },
    route('POST', '/signers/:token/', (body, accountId, { params }) => {
      const found = alive(accountId, 'signers', params['token']);
      if (found === undefined) return missing();
      if (found.fields['status'] === 'signed') return refused(400, 'O signatário já assinou.');
      const updated = records.update(accountId, 'signers', found.id, texts(body, SIGNER_FIELDS));
      return updated === undefined ? missing() : json(200, signerView(updated));
    }),
    route('DELETE', '/signer/:token/remove/', (_body, accountId, { params }) => {
      const token = params['token'] ?? '';
      const document = documentOf(accountId, token);
      if (records.archive(accountId, 'signers', token) === undefined) return missing();
      if (document !== undefined) {
        const left = signersOf(world, document).map((one) => one.id);
        records.update(accountId, 'documents', document.id, { signers: left.join(',') });
      }
      return json(200, { message: 'Signatário removido.' });
    }),
  ];
}

function texts(body: Body, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = body[name];
      return typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : [];
    }),
  );
}
