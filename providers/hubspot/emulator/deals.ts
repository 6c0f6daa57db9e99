import { company, random, seedOf } from '../../kit/emulator/index.ts';
import { fieldOf } from './associations.ts';
import { PIPELINES } from './pipelines.ts';
import { times } from './times.ts';
import type { Collection } from '../../kit/emulator/index.ts';

const DAY_MS = 86_400_000;
const WARES = [
  'dining room',
  'showroom',
  'spring order',
  'office refit',
  'hotel lobby',
  'sample set',
] as const;

/** Deals with companies of the same account; four in five run through the sales pipeline. */
export const deals: Collection = {
  name: 'deals',
  label: 'Deals',
  count: 900,
  fields: [
    { name: 'dealname', label: 'Name', type: 'text' },
    { name: 'amount', label: 'Amount', type: 'text' },
    { name: 'pipeline', label: 'Pipeline', type: 'text' },
    { name: 'dealstage', label: 'Stage', type: 'text' },
    { name: 'closedate', label: 'Close date', type: 'text' },
  ],
  idOf: (index) => String(14_000_000_000 + index * 41),
  generate(source, index, accountId) {
    const at = source.int(0, 299);
    const buyer = company(random(seedOf('employer', accountId, at)), at);
    const made = times(source, index);
    const [sales, renewals = sales] = PIPELINES['deals'] ?? [];
    const pipeline = source.int(1, 5) === 5 ? renewals : sales;
    const stage = pipeline?.stages[source.int(0, pipeline.stages.length - 1)];
    return {
      ...made,
      fields: {
        dealname: `${buyer.name}, ${source.pick(WARES)}`,
        amount: String(source.int(8, 900) * 250),
        deal_currency_code: 'BRL',
        pipeline: pipeline?.id ?? '',
        dealstage: stage?.id ?? '',
        closedate: new Date(made.createdAt + source.int(10, 120) * DAY_MS).toISOString(),
        dealtype: source.pick(['newbusiness', 'existingbusiness']),
        description: '',
        hubspot_owner_id: '',
        [fieldOf('companies')]: String(900_000_000 + at * 37),
        [fieldOf('contacts')]: String(101 + source.int(0, 2399) * 50),
      },
    };
  },
};
