import { company, person, random, seedOf } from '../../kit/emulator/index.ts';
import { hexId } from './hex-id.ts';
import type { Collection, Random } from '../../kit/emulator/index.ts';

const EPOCH = Date.UTC(2025, 0, 6, 9);
const LATEST = Date.UTC(2026, 9, 30, 18);
const HOUR_MS = 3_600_000;
const COMPANIES = 300;
const CONTACTS = 2200;
const STAGES_EACH = 10;

const name = { name: 'name', label: 'Name', type: 'text' } as const;

/** Made one after another, changed some time later, never after the last of October 2026. */
function times(source: Random, index: number): { createdAt: number; updatedAt: number } {
  const createdAt = EPOCH + index * HOUR_MS + source.int(0, 3_500_000);
  return { createdAt, updatedAt: Math.max(createdAt, source.int(createdAt, LATEST)) };
}

const employer = (accountId: string, at: number) => company(random(seedOf('employer', accountId, at)), at);
const idOf = (kind: string) => (index: number) => hexId(kind, index);

const contacts: Collection = {
  name: 'contacts',
  label: 'Contacts',
  count: CONTACTS,
  fields: [name, { name: 'job_title', label: 'Job title', type: 'text' }],
  idOf: idOf('contacts'),
  generate(source, index, accountId) {
    const at = source.int(0, COMPANIES - 1);
    const { domain } = employer(accountId, at);
    const who = person(source, index, domain);
    return {
      ...times(source, index),
      fields: {
        name: `${who.given} ${who.family}`,
        job_title: who.title,
        organization_id: hexId('organizations', at),
        emails: JSON.stringify([{ email: who.email }]),
        phones: JSON.stringify([{ phone: who.phone, type: 'mobile' }]),
        custom_fields: '{}',
      },
    };
  },
};

const organizations: Collection = {
  name: 'organizations',
  label: 'Organisations',
  count: COMPANIES,
  fields: [name, { name: 'url', label: 'Website', type: 'text' }],
  idOf: idOf('organizations'),
  generate(source, index, accountId) {
    const one = employer(accountId, index);
    return {
      ...times(source, index),
      fields: {
        name: one.name,
        url: `https://${one.domain}`,
        description: one.industry,
        owner_id: hexId('users', index % 6),
        address: JSON.stringify({ city: one.city, country: one.country }),
      },
    };
  },
};

const deals: Collection = {
  name: 'deals',
  label: 'Deals',
  count: 700,
  fields: [name, { name: 'status', label: 'Status', type: 'text' }],
  idOf: idOf('deals'),
  generate(source, index, accountId) {
    const at = source.int(0, COMPANIES - 1);
    const pipeline = source.int(0, 2);
    const status = source.pick(['ongoing', 'ongoing', 'won', 'lost']);
    return {
      ...times(source, index),
      fields: {
        name: `${employer(accountId, at).name} – ${source.pick(['licenças', 'projeto', 'renovação', 'suporte'])}`,
        status,
        owner_id: hexId('users', source.int(0, 5)),
        organization_id: hexId('organizations', at),
        contact_ids: JSON.stringify([hexId('contacts', source.int(0, CONTACTS - 1))]),
        pipeline_id: hexId('pipelines', pipeline),
        stage_id: hexId('stages', pipeline * STAGES_EACH + source.int(0, STAGES_EACH - 1)),
        source_id: hexId('sources', source.int(0, 7)),
        lost_reason_id: status === 'lost' ? hexId('lost_reasons', source.int(0, 5)) : '',
        rating: String(source.int(1, 5)),
        one_time_price: String(source.int(10, 900) * 100),
        recurrence_price: String(source.int(0, 40) * 50),
      },
    };
  },
};

const tasks: Collection = {
  name: 'tasks',
  label: 'Tasks',
  count: 900,
  fields: [name, { name: 'status', label: 'Status', type: 'text' }],
  idOf: idOf('tasks'),
  generate(source, index) {
    const made = times(source, index);
    return {
      ...made,
      fields: {
        name: source.pick(['Ligar', 'Enviar proposta', 'Visitar', 'Almoço com o cliente', 'Cobrar retorno']),
        deal_id: hexId('deals', source.int(0, 699)),
        type: source.pick(['call', 'email', 'lunch', 'meeting', 'task', 'visit', 'whatsapp']),
        status: source.pick(['open', 'completed', 'canceled']),
        due_date: new Date(made.createdAt + source.int(1, 30) * 24 * HOUR_MS).toISOString(),
        owner_ids: JSON.stringify([hexId('users', source.int(0, 5))]),
        created_by_id: hexId('users', 0),
      },
    };
  },
};

const products: Collection = {
  name: 'products',
  label: 'Products',
  count: 80,
  fields: [name, { name: 'description', label: 'Description', type: 'text' }],
  idOf: idOf('products'),
  generate: (source, index) => ({
    ...times(source, index),
    fields: {
      name: `${source.pick(['Licença', 'Treinamento', 'Implantação', 'Suporte', 'Consultoria'])} ${index + 1}`,
      description: source.pick(['Por usuário', 'Por mês', 'Por hora', 'Pacote']),
      price: String(source.int(5, 500) * 10),
      visible: source.next() < 0.9 ? 'true' : 'false',
    },
  }),
};

function catalogue(
  kind: string,
  label: string,
  count: number,
  words: readonly [string, ...string[]],
): Collection {
  return {
    name: kind,
    label,
    count,
    fields: [name, { name: 'slug', label: 'Slug', type: 'text' }],
    idOf: idOf(kind),
    generate: (source, index) => {
      const word = words[index % words.length] ?? words[0];
      const shown = index < words.length ? word : `${word} ${Math.floor(index / words.length) + 1}`;
      return { ...times(source, index), fields: { name: shown, slug: `cf_${index + 1}` } };
    },
  };
}

const stages: Collection = {
  name: 'stages',
  label: 'Stages',
  count: 3 * STAGES_EACH,
  fields: [name, { name: 'pipeline_id', label: 'Pipeline', type: 'text' }],
  idOf: idOf('stages'),
  generate: (source, index) => ({
    ...times(source, index),
    fields: {
      name: `${source.pick(['Sem contato', 'Contato feito', 'Proposta', 'Negociação', 'Fechamento'])} ${index + 1}`,
      pipeline_id: hexId('pipelines', Math.floor(index / STAGES_EACH)),
    },
  }),
};

const users: Collection = {
  name: 'users',
  label: 'Users',
  count: 6,
  fields: [name, { name: 'email', label: 'E-mail', type: 'email' }],
  idOf: idOf('users'),
  generate(source, index, accountId) {
    const who = person(source, index, employer(accountId, 0).domain);
    return { ...times(source, index), fields: { name: `${who.given} ${who.family}`, email: who.email } };
  },
};

export const collections: readonly Collection[] = [
  contacts,
  organizations,
  deals,
  tasks,
  products,
  catalogue('pipelines', 'Pipelines', 3, ['Funil de vendas', 'Parcerias', 'Pós-venda']),
  stages,
  users,
  catalogue('sources', 'Sources', 8, ['Busca orgânica', 'Indicação', 'Evento', 'Anúncio', 'Site', 'E-mail']),
  catalogue('campaigns', 'Campaigns', 12, ['Lançamento', 'Black Friday', 'Webinar', 'Reativação']),
  catalogue('lost_reasons', 'Lost reasons', 6, [
    'Preço',
    'Sem retorno',
    'Concorrente',
    'Sem orçamento',
    'Adiado',
  ]),
  catalogue('custom_fields', 'Custom fields', 10, ['CPF', 'Segmento', 'Renovação em', 'Porte']),
];
