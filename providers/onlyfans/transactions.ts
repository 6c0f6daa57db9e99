import { z } from 'zod';
import { resource } from '../kit/index.ts';
import { creatorsWalk } from './creators-walk.ts';
import { plainText } from './plain-text.ts';
import { idShape, joined, known, ofCreator, personShape } from './shapes.ts';

const DAY_MS = 86_400_000;
// Without a start the gateway tells of the last 30 days alone. OnlyFans began in November 2016.
const BEGINNING = new Date(Date.UTC(2016, 10, 1));

const record = ofCreator.extend({
  id: idShape,
  amount: z.number(),
  fee: z.number().nullish(),
  net: z.number().nullish(),
  currency: z.string().nullish(),
  description: z.string().nullish(),
  status: z.string().nullish(),
  createdAt: z.iso.datetime({ offset: true }),
  user: personShape.nullish(),
});

// That the parameter takes a day, and counts it in UTC, is unconfirmed; hence a day more than is asked for.
const walkSince = (since: Date) =>
  creatorsWalk({
    path: (creator) => `/api/${encodeURIComponent(creator)}/transactions`,
    query: (limit) => ({
      limit,
      startDate: new Date(Math.max(0, since.getTime() - DAY_MS)).toISOString().slice(0, 10),
    }),
  });
const everything = walkSince(BEGINNING);

/** Earnings: subscriptions, tips, paid messages and posts, each with the fee OnlyFans keeps. */
export const transactions = resource<z.infer<typeof record>>({
  name: 'transactions',
  label: 'Transactions',
  eventPrefix: 'transaction',
  schema: record,
  idOf: (raw) => joined(raw._creator, raw.id),
  updatedAtOf: (raw) => new Date(raw.createdAt),
  display: (raw) => ({
    title: [raw.amount.toFixed(2), raw.currency].filter(Boolean).join(' '),
    ...(raw.description ? { subtitle: plainText(raw.description).slice(0, 120) } : {}),
  }),
  fieldsOf: (raw) => ({
    creator_id: raw._creator,
    fan_id: raw.user ? String(raw.user.id) : null,
    fan_name: known(raw.user?.name),
    amount: raw.amount,
    fee: known(raw.fee),
    net: known(raw.net),
    currency: known(raw.currency),
    description: plainText(raw.description) || null,
    status: known(raw.status),
    created_at: raw.createdAt,
  }),
  fields: [
    { name: 'creator_id', label: 'Creator', type: 'string', writable: false },
    { name: 'fan_id', label: 'Fan', type: 'string', writable: false },
    { name: 'fan_name', label: 'Fan’s name', type: 'string', writable: false },
    { name: 'amount', label: 'Amount', type: 'number', writable: false },
    { name: 'fee', label: 'Fee', type: 'number', writable: false },
    { name: 'net', label: 'Net', type: 'number', writable: false },
    { name: 'currency', label: 'Currency', type: 'string', writable: false },
    { name: 'description', label: 'What for', type: 'string', writable: false },
    { name: 'status', label: 'Status', type: 'enum', writable: false },
    { name: 'created_at', label: 'Made', type: 'datetime', writable: false },
  ],
  // As the gateway recommends.
  pageSize: 10,
  list: everything.request,
  readPage: everything.readPage,
  incremental: {
    window: 'created',
    // A transaction is pending for some weeks and may be taken back: it is looked at again until it should be settled.
    lookBackMs: 30 * DAY_MS,
    request: ({ since, ...args }) => walkSince(since).request(args),
  },
});
