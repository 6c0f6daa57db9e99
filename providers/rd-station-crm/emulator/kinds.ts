/** How a kind of record behaves: which of its fields are no texts, what may be filtered and sorted, what it needs. */
export interface Kind {
  singular: string;
  texts: readonly string[];
  /** Numbers, booleans, lists and objects: kept as JSON. */
  values: readonly string[];
  required: readonly string[];
  filters: readonly string[];
  sorts: readonly string[];
  readOnly?: boolean;
  /** Listed under another record alone. */
  nested?: boolean;
}

const TIMES = ['created_at', 'updated_at'];

const catalogue = (singular: string, texts: readonly string[] = ['name']): Kind => ({
  singular,
  texts,
  values: [],
  required: ['name'],
  filters: ['name'],
  sorts: ['name'],
  readOnly: true,
});

/** Filters and sorts as the official node knows them: contacts cannot be sorted by their change. */
export const KINDS: Readonly<Record<string, Kind>> = {
  contacts: {
    singular: 'contact',
    texts: ['name', 'job_title', 'birthday', 'organization_id'],
    values: ['emails', 'phones', 'social_profiles', 'legal_bases', 'custom_fields'],
    required: ['name'],
    filters: ['name', 'job_title', 'email', 'phone', 'organization_id', ...TIMES],
    sorts: ['name', 'created_at'],
  },
  organizations: {
    singular: 'organization',
    texts: ['name', 'description', 'url', 'owner_id'],
    values: ['address', 'segment_ids', 'custom_fields'],
    required: ['name'],
    filters: ['name', 'owner_id', ...TIMES],
    sorts: ['name', ...TIMES],
  },
  deals: {
    singular: 'deal',
    texts: [
      'name',
      'status',
      'owner_id',
      'source_id',
      'campaign_id',
      'lost_reason_id',
      'organization_id',
      'pipeline_id',
      'stage_id',
      'expected_close_date',
    ],
    values: [
      'contact_ids',
      'rating',
      'one_time_price',
      'recurrence_price',
      'custom_fields',
      'distribution_settings',
    ],
    required: ['name'],
    filters: ['name', 'status', 'owner_id', 'pipeline_id', 'stage_id', 'expected_close_date', ...TIMES],
    sorts: ['name', 'closed_at', ...TIMES],
  },
  tasks: {
    singular: 'task',
    texts: ['name', 'deal_id', 'type', 'status', 'description', 'due_date', 'created_by_id'],
    values: ['owner_ids'],
    required: ['name', 'deal_id'],
    filters: ['completed_at', 'due_date', 'type', 'status', 'deal_id'],
    sorts: ['due_date', 'completed_at', 'updated_at'],
  },
  products: {
    singular: 'product',
    texts: ['name', 'description'],
    values: ['price', 'visible', 'custom_fields'],
    required: ['name', 'price', 'visible'],
    filters: ['name'],
    sorts: ['name'],
  },
  pipelines: catalogue('pipeline'),
  stages: { ...catalogue('stage', ['name', 'pipeline_id']), nested: true },
  users: catalogue('user', ['name', 'email']),
  sources: catalogue('source'),
  campaigns: catalogue('campaign'),
  lost_reasons: catalogue('lost_reason'),
  custom_fields: catalogue('custom_field', ['name', 'slug']),
};
