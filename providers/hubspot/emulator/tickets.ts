import { fieldOf } from './associations.ts';
import { PIPELINES } from './pipelines.ts';
import { times } from './times.ts';
import type { Collection } from '../../kit/emulator/index.ts';

const COMPLAINTS = [
  ['Delivery is late', 'The lorry was due on Tuesday and nobody called.', 'PRODUCT_ISSUE'],
  ['Wrong invoice', 'The invoice has last year’s address on it.', 'BILLING_ISSUE'],
  ['Table top is scratched', 'There is a scratch of a hand’s length near the edge.', 'PRODUCT_ISSUE'],
  ['Could it come in oak?', 'We like the shelf and would rather have it in oak.', 'FEATURE_REQUEST'],
  ['How to oil the surface', 'Which oil, and how often?', 'GENERAL_INQUIRY'],
  ['One chair is missing', 'Five chairs came and six are on the note.', 'PRODUCT_ISSUE'],
] as const;

/** Requests for help by contacts of the same account. */
export const tickets: Collection = {
  name: 'tickets',
  label: 'Tickets',
  count: 700,
  fields: [
    { name: 'subject', label: 'Subject', type: 'text' },
    { name: 'hs_ticket_priority', label: 'Priority', type: 'text' },
    { name: 'hs_pipeline', label: 'Pipeline', type: 'text' },
    { name: 'hs_pipeline_stage', label: 'Status', type: 'text' },
    { name: 'content', label: 'Description', type: 'text' },
  ],
  idOf: (index) => String(2_000_000_000 + index * 43),
  generate(source, index) {
    const [support, warranty = support] = PIPELINES['tickets'] ?? [];
    const pipeline = source.int(1, 6) === 6 ? warranty : support;
    const stage = pipeline?.stages[source.int(0, pipeline.stages.length - 1)];
    const [subject, content, category] = source.pick(COMPLAINTS);
    return {
      ...times(source, index),
      fields: {
        subject: `${subject} (${1000 + index})`,
        content,
        hs_pipeline: pipeline?.id ?? '',
        hs_pipeline_stage: stage?.id ?? '',
        hs_ticket_priority: source.pick(['LOW', 'MEDIUM', 'HIGH']),
        hs_ticket_category: category,
        source_type: source.pick(['EMAIL', 'CHAT', 'PHONE', 'FORM']),
        hubspot_owner_id: '',
        [fieldOf('contacts')]: String(101 + source.int(0, 2399) * 50),
      },
    };
  },
};
