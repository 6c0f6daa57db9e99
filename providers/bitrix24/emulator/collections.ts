import { company, person, random, seedOf } from '../../kit/emulator/index.ts';
import type { Collection, Random } from '../../kit/emulator/index.ts';

const EPOCH = Date.UTC(2025, 0, 6, 9);
const LATEST = Date.UTC(2026, 9, 30, 18);
const COMPANIES = 180;

const LEAD_STAGES = ['NEW', 'IN_PROCESS', 'PROCESSED', 'CONVERTED', 'JUNK'] as const;
const DEAL_STAGES = ['NEW', 'PREPARATION', 'EXECUTING', 'FINAL_INVOICE', 'WON', 'LOSE'] as const;
const SOURCES = ['CALL', 'EMAIL', 'WEB', 'ADVERTISING', 'PARTNER', 'TRADE_SHOW'] as const;
const WORK = [
  'Fit-out',
  'Yearly supply',
  'Maintenance',
  'Pilot',
  'Renewal',
  'Showroom',
  'Spare parts',
] as const;

const companyId = (index: number): string => String(40 + index * 4);
const contactId = (index: number): string => String(75 + index * 2);
const companyAt = (accountId: string, at: number) => company(random(seedOf('employer', accountId, at)), at);
/** Several numbers stand in one text, a space apart: within one, spaces do not break. */
const unbroken = (text: string): string => text.replaceAll(' ', '\u00a0');

/** Leads, deals, contacts and companies. Contacts work at the portal's companies, and deals are with both. */
export const collections: readonly Collection[] = [
  {
    name: 'contacts',
    label: 'Contacts',
    count: 1400,
    fields: [
      { name: 'name', label: 'First name', type: 'text' },
      { name: 'lastName', label: 'Last name', type: 'text' },
      { name: 'post', label: 'Job title', type: 'text' },
      { name: 'email', label: 'E-mail', type: 'email' },
      { name: 'phone', label: 'Phone', type: 'tel' },
      { name: 'companyId', label: 'Company id', type: 'text' },
    ],
    idOf: contactId,
    generate(source, index, accountId) {
      const at = source.int(0, COMPANIES - 1);
      const who = person(source, index, companyAt(accountId, at).domain);
      return {
        ...times(source, index),
        fields: {
          name: who.given,
          lastName: who.family,
          post: who.title,
          email: who.email,
          phone: unbroken(who.phone),
          companyId: companyId(at),
          typeId: 'CLIENT',
          sourceId: source.pick(SOURCES),
        },
      };
    },
  },
  {
    name: 'deals',
    label: 'Deals',
    count: 600,
    fields: [
      { name: 'title', label: 'Title', type: 'text' },
      { name: 'stageId', label: 'Stage', type: 'text' },
      { name: 'opportunity', label: 'Amount', type: 'text' },
      { name: 'currencyId', label: 'Currency', type: 'text' },
      { name: 'closedate', label: 'Closes', type: 'text' },
    ],
    idOf: (index) => String(342 + index * 2),
    generate(source, index, accountId) {
      const at = source.int(0, COMPANIES - 1);
      const when = times(source, index);
      const closes = when.createdAt + source.int(7, 120) * 24 * 3_600_000;
      return {
        ...when,
        fields: {
          title: `${source.pick(WORK)} for ${companyAt(accountId, at).name}`,
          stageId: source.pick(DEAL_STAGES),
          categoryId: '0',
          typeId: 'SALE',
          opportunity: String(source.int(8, 900) * 100),
          currencyId: 'EUR',
          probability: String(source.int(1, 9) * 10),
          companyId: companyId(at),
          contactIds: contactId(source.int(0, 399)),
          closedate: new Date(closes).toISOString().slice(0, 10),
          sourceId: source.pick(SOURCES),
        },
      };
    },
  },
  {
    name: 'leads',
    label: 'Leads',
    count: 500,
    fields: [
      { name: 'title', label: 'Title', type: 'text' },
      { name: 'lastName', label: 'Last name', type: 'text' },
      { name: 'name', label: 'First name', type: 'text' },
      { name: 'email', label: 'E-mail', type: 'email' },
      { name: 'stageId', label: 'Stage', type: 'text' },
      { name: 'opportunity', label: 'Amount', type: 'text' },
    ],
    idOf: (index) => String(250 + index * 3),
    generate(source, index, accountId) {
      const at = source.int(0, COMPANIES - 1);
      const employer = companyAt(accountId, at);
      const who = person(source, 5000 + index, employer.domain);
      return {
        ...times(source, index),
        fields: {
          title: `${source.pick(WORK)}, ${who.given} ${who.family}`,
          name: who.given,
          lastName: who.family,
          companyTitle: employer.name,
          post: who.title,
          email: who.email,
          phone: unbroken(who.phone),
          stageId: source.pick(LEAD_STAGES),
          sourceId: source.pick(SOURCES),
          opportunity: String(source.int(5, 300) * 100),
          currencyId: 'EUR',
        },
      };
    },
  },
  {
    name: 'companies',
    label: 'Companies',
    count: COMPANIES,
    fields: [
      { name: 'title', label: 'Name', type: 'text' },
      { name: 'industry', label: 'Industry', type: 'text' },
      { name: 'phone', label: 'Phone', type: 'tel' },
      { name: 'revenue', label: 'Revenue', type: 'text' },
    ],
    idOf: companyId,
    generate(source, index, accountId) {
      const one = companyAt(accountId, index);
      return {
        ...times(source, index),
        fields: {
          title: one.name,
          typeId: 'CUSTOMER',
          industry: one.industry,
          email: `hello@${one.domain}`,
          phone: unbroken(one.phone),
          revenue: String(one.employees * 70_000),
          currencyId: 'EUR',
        },
      };
    },
  },
];

/** Made one after another, each changed some time later, never after the last of October 2026. Whole seconds. */
function times(source: Random, index: number): { createdAt: number; updatedAt: number } {
  const createdAt = EPOCH + index * 3_600_000 + source.int(0, 3500) * 1000;
  const updatedAt = Math.max(createdAt, source.int(createdAt / 1000, LATEST / 1000) * 1000);
  return { createdAt, updatedAt };
}
