import { describe, expect, test } from 'vitest';
import { httpResponse } from '../kit/index.ts';
import { providerConformance } from '../kit/conformance.ts';
import { zapsignEmulator } from './emulator/index.ts';
import { uuidOf } from './emulator/uuid-of.ts';
import { zapsign } from './index.ts';

const NEWEST = uuidOf('document', 0);

describe('conformance', () => {
  const checks = providerConformance({
    provider: zapsign,
    emulator: zapsignEmulator,
    samples: {
      documents: {
        create: {
          name: 'Contrato de teste',
          external_id: 'PED-1',
          folder_path: '/comercial',
          signer_name: 'Iara Prado',
          signer_email: 'iara@prado.example',
          url_pdf: 'https://files.example/contrato.pdf',
        },
        update: { name: 'Contrato revisto', folder_path: '/juridico' },
        invalid: {
          name: 'x'.repeat(256),
          signer_name: 'Iara',
          url_pdf: 'https://files.example/contrato.pdf',
        },
      },
      signers: {
        create: { document: NEWEST, name: 'Iara Prado', email: 'iara@prado.example' },
        update: { name: 'Iara Prado Lima', phone_number: '11987654321' },
        invalid: { document: NEWEST, name: '' },
      },
    },
    // Only some changes are told: here a refusal, then another.
    told: {
      collection: 'documents',
      fields: (value) => ({ status: value === 'Two' ? 'expired' : 'refused' }),
    },
  });
  test.each(checks)('$name', ({ run }) => expect(run()).resolves.toBeUndefined());
});

describe('verdicts', () => {
  const classify = (status: number, body: unknown, headers = {}) =>
    zapsign.api.classify(
      httpResponse(status, headers, typeof body === 'string' ? body : JSON.stringify(body)),
      new Date(0),
    );

  test('a 429 without a header waits a whole minute', () => {
    expect(classify(429, { detail: 'slow down' })).toMatchObject({
      kind: 'rate_limited',
      retryAfterMs: 60_000,
    });
  });

  test('no plan and a token of the other environment are forbidden, in the provider’s words', () => {
    expect(classify(402, { detail: 'plano' })).toMatchObject({ kind: 'forbidden', message: 'plano' });
    expect(classify(403, 'wrong environment')).toMatchObject({
      kind: 'forbidden',
      message: 'wrong environment',
    });
  });

  test('an expired token, a finished document and a refused field each are what they are', () => {
    expect(classify(401, { detail: 'x', code: 'token_not_valid' }).kind).toBe('auth_expired');
    expect(classify(403, { code: 'document_already_signed' })).toMatchObject({ kind: 'conflict' });
    expect(classify(400, { name: ['obrigatório'] })).toEqual({
      kind: 'invalid',
      providerCode: 'name',
      message: 'name: obrigatório',
    });
    expect(classify(500, '<html>secret trace</html>').kind).toBe('provider_error');
    expect(classify(500, '<html>secret trace</html>').message).not.toContain('secret');
  });
});

describe('pages and states', () => {
  const documents = zapsign.resources.documents;
  const page = (body: unknown) => documents.readPage(httpResponse(200, {}, JSON.stringify(body)));

  test('a bare list is the whole while it is short, and refused when it may go on', () => {
    expect(page([{ token: 'a' }])).toEqual({ records: [{ token: 'a' }] });
    expect(() => page(Array.from({ length: 20 }, () => ({})))).toThrow(/may not be the whole/);
  });

  test('a link leads to its page number only, wherever it points', () => {
    const next = 'http://elsewhere.example/api/v1/docs/?page=3&api_token=x';
    expect(page({ count: 60, next, results: [] })).toEqual({ records: [], next: '3', total: 60 });
    expect(() => page({ next: 'http://x.example/?offset=3', results: [] })).toThrow(/no page/);
  });

  test('states told in Portuguese are stored in English, and unknown ones as they are', () => {
    const raw = (status: string, signer: string) => ({
      token: 't',
      name: 'n',
      status,
      created_at: '2026-01-05T12:59:42.563218Z',
      last_update_at: '2026-01-05T12:59:42.563218Z',
      signers: [{ token: 's', name: 'n', status: signer }],
    });
    expect(documents.fieldsOf(documents.schema.parse(raw('recusado', 'nao_abriu')))).toMatchObject({
      status: 'refused',
      signers: [{ status: 'new' }],
    });
    expect(documents.fieldsOf(documents.schema.parse(raw('archived', 'assinou')))).toMatchObject({
      status: 'archived',
      signers: [{ status: 'signed' }],
    });
  });

  test('a window of creations is a day wider on either side, since nobody says whose days they are', () => {
    const spec = documents.incremental?.request({
      since: new Date('2026-11-20T01:00:00Z'),
      until: new Date('2026-11-20T23:00:00Z'),
      limit: 20,
    });
    expect(spec?.query).toMatchObject({ created_from: '2026-11-19', created_to: '2026-11-21' });
  });

  test('a template makes a document by its own path, a file by the other', () => {
    const made = (fields: Record<string, unknown>) => documents.create?.request({ name: 'n', ...fields });
    expect(
      made({ template_id: 't', signer_name: 's', template_data: [{ de: '{{A}}', para: 'b' }] }),
    ).toMatchObject({
      url: 'api:/models/create-doc/',
      json: { template_id: 't', signer_name: 's', data: [{ de: '{{A}}', para: 'b' }] },
    });
    expect(made({ markdown_text: '# x', signer_name: 's' })).toMatchObject({
      url: 'api:/docs/',
      json: { name: 'n', markdown_text: '# x', signers: [{ name: 's' }] },
    });
  });
});
