import { company, person, random, seedOf } from '../../kit/emulator/index.ts';
import { uuidOf } from './uuid-of.ts';
import type { Collection, Random } from '../../kit/emulator/index.ts';

const LATEST = Date.UTC(2026, 10, 18, 18);
const HOUR_MS = 3_600_000;
const SIGNERS_EACH = 2;

const KINDS = [
  'Contrato de prestação de serviços',
  'Proposta comercial',
  'Termo de confidencialidade',
  'Contrato de locação',
  'Ordem de serviço',
  'Aditivo contratual',
  'Termo de adesão',
  'Procuração',
] as const;
const FOLDERS = ['/', '/comercial', '/juridico', '/rh', '/fornecedores'] as const;
const MODES = ['assinaturaTela', 'tokenEmail', 'assinaturaTela-tokenEmail', 'certificadoDigital'] as const;

/** The newest documents wait to be signed; of the older, most are. Signers and documents must agree on it. */
function statusOf(accountId: string, index: number): 'pending' | 'signed' | 'refused' {
  if (index < 12) return 'pending';
  const chance = random(seedOf('status', accountId, index)).next();
  if (chance < 0.12) return 'pending';
  return chance < 0.2 ? 'refused' : 'signed';
}

/** Index 0 is the newest: there is always something recent, whatever the count. */
function createdAt(accountId: string, index: number): number {
  return LATEST - index * 16 * HOUR_MS - random(seedOf('made', accountId, index)).int(0, 15 * HOUR_MS);
}

function changedAt(source: Random, made: number): number {
  return Math.min(LATEST + HOUR_MS, made + source.int(60_000, 9 * 24 * HOUR_MS));
}

export const documents: Collection = {
  name: 'documents',
  label: 'Documents',
  count: 600,
  fields: [
    { name: 'name', label: 'Name', type: 'text' },
    { name: 'status', label: 'Status', type: 'text' },
    { name: 'folder_path', label: 'Folder', type: 'text' },
    { name: 'external_id', label: 'External id', type: 'text' },
  ],
  idOf: (index) => uuidOf('document', index),
  generate(source, index, accountId) {
    const other = company(random(seedOf('other side', accountId, index % 180)), index % 180);
    const made = createdAt(accountId, index);
    const tokens = Array.from({ length: SIGNERS_EACH }, (_, at) =>
      uuidOf('signer', index * SIGNERS_EACH + at),
    );
    return {
      createdAt: made,
      updatedAt: changedAt(source, made),
      fields: {
        name: `${source.pick(KINDS)} – ${other.name}`,
        status: statusOf(accountId, index),
        folder_path: source.pick(FOLDERS),
        external_id: source.next() < 0.4 ? `PED-${10_000 + index}` : '',
        lang: 'pt-br',
        signers: tokens.join(','),
      },
    };
  },
};

export const signers: Collection = {
  name: 'signers',
  label: 'Signers',
  count: 1200,
  fields: [
    { name: 'name', label: 'Name', type: 'text' },
    { name: 'email', label: 'E-mail', type: 'email' },
    { name: 'status', label: 'Status', type: 'text' },
    { name: 'phone_number', label: 'Phone', type: 'tel' },
  ],
  idOf: (index) => uuidOf('signer', index),
  generate(source, index, accountId) {
    const paper = Math.floor(index / SIGNERS_EACH);
    const other = company(random(seedOf('other side', accountId, paper % 180)), paper % 180);
    const who = person(source, index, other.domain);
    const made = createdAt(accountId, paper);
    const state = statusOf(accountId, paper);
    const opened = source.next() < 0.5;
    const signed = state === 'signed' || (state === 'pending' && index % SIGNERS_EACH === 0 && opened);
    const at = changedAt(source, made);
    return {
      createdAt: made,
      updatedAt: at,
      fields: {
        name: `${who.given} ${who.family}`,
        email: who.email,
        phone_country: '55',
        phone_number: who.phone.replace(/\D/g, '').slice(-11),
        status: signed ? 'signed' : opened ? 'link-opened' : 'new',
        auth_mode: source.pick(MODES),
        qualification: index % SIGNERS_EACH === 0 ? 'contratante' : 'testemunha',
        external_id: '',
        times_viewed: signed ? '3' : opened ? '1' : '0',
        signed_at: signed ? new Date(at).toISOString() : '',
      },
    };
  },
};

export const templates: Collection = {
  name: 'templates',
  label: 'Templates',
  count: 48,
  fields: [
    { name: 'name', label: 'Name', type: 'text' },
    { name: 'folder_path', label: 'Folder', type: 'text' },
  ],
  idOf: (index) => uuidOf('template', index),
  generate(source, index) {
    const made = LATEST - 400 * 24 * HOUR_MS + index * 20 * HOUR_MS;
    return {
      createdAt: made,
      updatedAt: made + source.int(0, 300 * 24) * HOUR_MS,
      fields: {
        name: `Modelo ${index + 1}: ${source.pick(KINDS)}`,
        template_type: 'docx',
        active: source.next() < 0.9 ? 'true' : 'false',
        folder_path: source.pick(FOLDERS),
        lang: 'pt-br',
      },
    };
  },
};
