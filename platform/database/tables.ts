// Row types of the schema, read from the catalogue. `npm run schema` writes this file.
import type { ColumnType, JSONColumnType } from 'kysely';

type Generated<T> =
  T extends ColumnType<infer S, infer I, infer U>
    ? ColumnType<S, I | undefined, U>
    : ColumnType<T, T | undefined, T>;
type Timestamp = ColumnType<Date, Date | string, Date | string>;
type Json = JSONColumnType<object>;

export interface AttemptsRow {
  tenant_id: string;
  delivery_id: string;
  number: number;
  webhook_id: string;
  outcome: string;
  status_code: number | null;
  error: string | null;
  request_headers: Json;
  response_headers: Json | null;
  response_body: string | null;
  duration_ms: number;
  started_at: Timestamp;
  next_attempt_at: Timestamp | null;
  process_id: string;
  request_body: string | null;
}

export interface AuditEntriesRow {
  tenant_id: string;
  id: string;
  action: string;
  actor_kind: string;
  actor_id: string | null;
  actor_name: string;
  subject: string | null;
  details: Generated<Json>;
  trace_id: string;
  created_at: Generated<Timestamp>;
}

export interface AuthAccountsRow {
  id: string;
  user_id: string;
  account_id: string;
  provider_id: string;
  access_token: string | null;
  refresh_token: string | null;
  id_token: string | null;
  access_token_expires_at: Timestamp | null;
  refresh_token_expires_at: Timestamp | null;
  scope: string | null;
  password: string | null;
  created_at: Generated<Timestamp>;
  updated_at: Generated<Timestamp>;
}

export interface AuthRateLimitsRow {
  id: string;
  key: string;
  count: number;
  last_request: number;
}

export interface AuthSessionsRow {
  id: string;
  user_id: string;
  token: string;
  expires_at: Timestamp;
  ip_address: string | null;
  user_agent: string | null;
  created_at: Generated<Timestamp>;
  updated_at: Generated<Timestamp>;
}

export interface AuthUsersRow {
  id: string;
  name: string;
  email: string;
  email_verified: Generated<boolean>;
  image: string | null;
  created_at: Generated<Timestamp>;
  updated_at: Generated<Timestamp>;
}

export interface AuthVerificationsRow {
  id: string;
  identifier: string;
  value: string;
  expires_at: Timestamp;
  created_at: Generated<Timestamp>;
  updated_at: Generated<Timestamp>;
}

export interface ChangeSequencesRow {
  tenant_id: string;
  last: Generated<number>;
}

export interface ConnectionsRow {
  tenant_id: string;
  id: string;
  integration_id: string;
  status: string;
  reason: string | null;
  account_id: string;
  account_name: string;
  metadata: Generated<Json>;
  scopes: Generated<string[]>;
  last_used_at: Timestamp | null;
  created_at: Generated<Timestamp>;
  updated_at: Generated<Timestamp>;
  label: string | null;
  own_metadata: Generated<Json>;
  version: Generated<number>;
}

export interface ConsentEntriesRow {
  tenant_id: string;
  id: string;
  kind: string;
  withdraws: string | null;
  replaces: string | null;
  purpose_id: string;
  text_version: number;
  subject_id: string;
  at: Timestamp;
  expires_at: Timestamp | null;
  evidence: Generated<Json>;
  reason: string | null;
  stopped: Generated<number>;
  actor_kind: string;
  actor_id: string | null;
  actor_name: string;
  trace_id: string;
}

export interface ConsentNoticesRow {
  tenant_id: string;
  entry_id: string;
  teller: string;
  attempts: Generated<number>;
  told_at: Timestamp | null;
  error: string | null;
  addressee: Generated<string>;
  name: string | null;
  connection_id: string | null;
  email: string | null;
  state: Generated<string>;
  created_at: Generated<Timestamp>;
  ended_at: Timestamp | null;
  next_at: Timestamp | null;
}

export interface ConsentPurposesRow {
  tenant_id: string;
  id: string;
  key: string;
  name: string;
  legal_basis: string;
  text_version: Generated<number>;
  least_text_version: Generated<number>;
  archived_at: Timestamp | null;
  version: Generated<number>;
  created_at: Timestamp;
  updated_at: Timestamp;
  provider_category: Generated<string | null>;
}

export interface ConsentTextsRow {
  tenant_id: string;
  purpose_id: string;
  version: number;
  texts: Json;
  requires_renewal: boolean;
  published_at: Timestamp;
  published_by: string;
}

export interface ConsentsRow {
  tenant_id: string;
  purpose_id: string;
  subject_id: string;
  grant_id: string | null;
  text_version: number | null;
  expires_at: Timestamp | null;
  withdrawn_at: Timestamp | null;
}

export interface CountersRow {
  tenant_id: string;
  hour: Timestamp;
  name: string;
  value: number;
}

export interface CountingMarksRow {
  log: string;
  counted_to: string;
}

export interface CredentialsRow {
  tenant_id: string;
  connection_id: string;
  version: Generated<number>;
  sealed: Buffer;
  expires_at: Timestamp | null;
  refresh_at: Timestamp | null;
  refreshed_at: Timestamp | null;
  failures: Generated<number>;
  lease_owner: string | null;
  lease_until: Timestamp | null;
  asked_at: Timestamp | null;
}

export interface DeliveriesRow {
  tenant_id: string;
  id: string;
  event_id: string;
  webhook_id: string;
  accepted_by: string | null;
  created_at: Generated<Timestamp>;
}

export interface DeliveryQueueRow {
  tenant_id: string;
  delivery_id: string;
  webhook_id: string;
  due_at: Timestamp;
  attempt: number;
  lane: string;
  claimed_by: string | null;
  claimed_until: Timestamp | null;
  fence: Generated<number>;
  order_key: string | null;
  order_number: number | null;
  consent_key: string | null;
  replay_id: string | null;
  setbacks: Generated<number>;
}

export interface ErasedEventsRow {
  tenant_id: string;
  event_id: string;
  look_at: Timestamp;
  settled_once: Generated<boolean>;
}

export interface EventErasuresRow {
  tenant_id: string;
  id: string;
  state: Generated<string>;
  selector: Json | null;
  through: string;
  walked_to: string | null;
  seen: Generated<number>;
  erased: Generated<number>;
  error: string | null;
  actor: Json;
  trace_id: string;
  requested_at: Generated<Timestamp>;
  finished_at: Timestamp | null;
}

export interface EventTypesRow {
  tenant_id: string;
  id: string;
  type: string;
  description: string;
  schema: Json | null;
  examples: Generated<Json>;
  archived_at: Timestamp | null;
  version: Generated<number>;
  created_at: Generated<Timestamp>;
  updated_at: Generated<Timestamp>;
}

export interface EventsRow {
  tenant_id: string;
  id: string;
  type: string;
  subject: string | null;
  data: Json;
  trace_id: string;
  occurred_at: Timestamp;
  delivery_count: number;
  forward: Generated<boolean>;
  publisher: string | null;
  erased_at: Timestamp | null;
}

export interface IdempotencyKeysRow {
  tenant_id: string;
  key: string;
  fingerprint: Buffer;
  status: number;
  headers: Json;
  response: Buffer | null;
  created_at: Generated<Timestamp>;
}

export interface IngestQueueRow {
  tenant_id: string;
  id: string;
  receipt_id: string;
  source_id: string;
  lane: Generated<string>;
  due_at: Timestamp;
  body_bytes: number;
  attempts: Generated<number>;
  error: string | null;
  replay: Generated<boolean>;
  replay_id: string | null;
  trace_id: string;
}

export interface IntegrationsRow {
  tenant_id: string;
  id: string;
  provider: string;
  name: string;
  environment: string;
  client_id: string | null;
  client_secret: Buffer | null;
  hosts: Generated<Json>;
  scopes: string[] | null;
  version: Generated<number>;
  created_at: Generated<Timestamp>;
  updated_at: Generated<Timestamp>;
  timeout_ms: number | null;
  retries: number | null;
  resources: string[] | null;
  proxy_on: Generated<boolean>;
  webhooks_on: Generated<boolean>;
}

export interface InvitationsRow {
  tenant_id: string;
  id: string;
  email: string;
  role: string;
  token_hash: Buffer;
  expires_at: Timestamp;
  accepted_at: Timestamp | null;
  withdrawn_at: Timestamp | null;
  created_at: Generated<Timestamp>;
}

export interface KeyRotationsRow {
  tenant_id: string;
  id: string;
  kind: string;
  state: Generated<string>;
  key_id: string | null;
  master_key_id: string | null;
  total: number | null;
  done: Generated<number>;
  failed: Generated<number>;
  error: string | null;
  actor: Json;
  trace_id: string;
  requested_at: Generated<Timestamp>;
  started_at: Timestamp | null;
  finished_at: Timestamp | null;
}

export interface MembersRow {
  tenant_id: string;
  id: string;
  user_id: string;
  role: string;
  created_at: Generated<Timestamp>;
}

export interface MigrationsRow {
  version: number;
  name: string;
  sha256: string;
  applied_at: Generated<Timestamp>;
}

export interface OauthStatesRow {
  tenant_id: string;
  state_hash: Buffer;
  integration_id: string;
  reconnect_id: string | null;
  sealed: Buffer;
  browser_hash: Buffer | null;
  return_to: string | null;
  actor: Json;
  trace_id: string;
  expires_at: Timestamp;
}

export interface PartitionedTablesRow {
  name: string;
  keep_days: number;
}

export interface ProcessesRow {
  id: string;
  host: string;
  pid: number;
  identity: string;
  role: string;
  started_at: Generated<Timestamp>;
  heartbeat_at: Generated<Timestamp>;
  low_water: string;
  gone_at: Timestamp | null;
  works: Generated<string[]>;
}

export interface ProxyCallsRow {
  tenant_id: string;
  id: string;
  connection_id: string;
  method: string;
  path: string;
  status: number | null;
  error: string | null;
  attempts: number;
  duration_ms: number;
  request_bytes: number;
  response_bytes: number;
  actor_kind: string;
  actor_id: string | null;
  actor_name: string;
  trace_id: string;
  created_at: Generated<Timestamp>;
}

export interface PublishedIdsRow {
  tenant_id: string;
  name: string;
  event_id: string;
  fingerprint: Buffer;
}

export interface QuarantineRow {
  tenant_id: string;
  sync_id: string;
  key: string;
  external_id: string | null;
  reason: string;
  raw: Json;
  run_id: string;
  created_at: Generated<Timestamp>;
}

export interface RateBudgetsRow {
  name: string;
  ledger: Json;
  stale_at: Timestamp;
}

export interface ReceiptKeysRow {
  tenant_id: string;
  source_id: string;
  key: Buffer;
  receipt_id: string;
  expires_at: Timestamp;
}

export interface ReceiptOutcomesRow {
  tenant_id: string;
  receipt_id: string;
  id: string;
  source_id: string;
  status: string;
  attempts: number;
  note: string | null;
  event_ids: Generated<string[]>;
  sync_ids: Generated<string[]>;
  connection_ids: Generated<string[]>;
  replay: boolean;
  trace_id: string;
  at: Timestamp;
}

export interface ReceiptReplaysRow {
  tenant_id: string;
  id: string;
  source_id: string;
  failed_only: boolean;
  from_id: string;
  to_id: string;
  status: string;
  after_id: string;
  queued: Generated<number>;
  trace_id: string;
  created_at: Generated<Timestamp>;
  reason: string | null;
  processed: Generated<number>;
  failed: Generated<number>;
  dropped: Generated<number>;
}

export interface ReceiptsRow {
  tenant_id: string;
  id: string;
  source_id: string;
  verdict: string;
  reason: string | null;
  method: string;
  path: string;
  headers: Json;
  body: Buffer | null;
  body_bytes: number;
  address: string;
  secret_id: string | null;
  dedupe_key: string | null;
  duplicate_of: string | null;
  trace_id: string;
  received_at: Timestamp;
}

export interface RecordsRow {
  tenant_id: string;
  id: string;
  sync_id: string;
  external_id: string;
  title: string;
  subtitle: string | null;
  hash: Buffer;
  data: Json;
  seq: number;
  deleted_at: Timestamp | null;
  first_seen_at: Generated<Timestamp>;
  changed_at: Generated<Timestamp>;
}

export interface ReplaysRow {
  tenant_id: string;
  id: string;
  webhook_id: string;
  what: string;
  event_types: string[] | null;
  from_at: Timestamp;
  to_at: Timestamp;
  per_second: number;
  status: string;
  reason: string | null;
  cursor_id: string;
  looked: Generated<number>;
  queued: Generated<number>;
  next_at: Timestamp;
  trace_id: string;
  created_at: Generated<Timestamp>;
  updated_at: Generated<Timestamp>;
  finished_at: Timestamp | null;
  waits_for: string[] | null;
}

export interface SetupLinksRow {
  token_hash: Buffer;
  expires_at: Timestamp;
  used_at: Timestamp | null;
}

export interface SourceSecretsRow {
  tenant_id: string;
  id: string;
  source_id: string;
  connection_id: string | null;
  sealed: Buffer;
  created_at: Generated<Timestamp>;
  expires_at: Timestamp | null;
}

export interface SourcesRow {
  tenant_id: string;
  id: string;
  name: string;
  integration_id: string | null;
  status: string;
  token_hash: Buffer;
  token_sealed: Buffer;
  scheme: Json;
  allow: Generated<string[]>;
  max_bytes: number;
  per_minute: number;
  dedupe: Json;
  event_type: string | null;
  forward: boolean;
  processor: string | null;
  keep_days: number;
  version: Generated<number>;
  created_at: Generated<Timestamp>;
  updated_at: Generated<Timestamp>;
}

export interface SyncMarksRow {
  tenant_id: string;
  sync_id: string;
  external_id: string;
  mark: number;
  trace_id: string;
  noted_at: Generated<Timestamp>;
}

export interface SyncRunMetRow {
  tenant_id: string;
  run_id: string;
  page: number;
  external_ids: string[];
}

export interface SyncRunsRow {
  tenant_id: string;
  id: string;
  sync_id: string;
  mode: string;
  trigger: string;
  status: string;
  checkpoint: Generated<Json>;
  pages: Generated<number>;
  fetched: Generated<number>;
  expected: number | null;
  created: Generated<number>;
  updated: Generated<number>;
  deleted: Generated<number>;
  unchanged: Generated<number>;
  attempts: Generated<number>;
  error: string | null;
  cancel_requested: Generated<boolean>;
  owner: string | null;
  fence: Generated<number>;
  trace_id: string;
  requested_at: Generated<Timestamp>;
  due_at: Generated<Timestamp>;
  started_at: Timestamp | null;
  finished_at: Timestamp | null;
}

export interface SyncsRow {
  tenant_id: string;
  id: string;
  connection_id: string;
  resource: string;
  every_minutes: number | null;
  status: string;
  watermark: Timestamp | null;
  full_at: Timestamp | null;
  record_count: Generated<number>;
  next_run_at: Timestamp | null;
  version: Generated<number>;
  created_at: Generated<Timestamp>;
}

export interface TenantsRow {
  id: string;
  name: string;
  external_id: string | null;
  version: Generated<number>;
  created_at: Generated<Timestamp>;
  strict_event_types: Generated<boolean>;
  retention_days: number | null;
}

export interface VaultCanariesRow {
  master_key_id: string;
  sealed: Buffer;
  created_at: Generated<Timestamp>;
  retired_at: Timestamp | null;
}

export interface VaultKeysRow {
  tenant_id: string;
  id: string;
  wrapped: Buffer;
  master_key_id: string;
  created_at: Generated<Timestamp>;
  retired_at: Timestamp | null;
}

export interface WebhookHoursRow {
  tenant_id: string;
  webhook_id: string;
  hour: Timestamp;
  delivered: number;
  failed: number;
  retried: number;
  skipped: number;
  requests: number;
  duration_ms: number;
  longest_ms: number;
}

export interface WebhookRatesRow {
  tenant_id: string;
  webhook_id: string;
  cells: Generated<Json>;
}

export interface WebhookSecretsRow {
  tenant_id: string;
  id: string;
  webhook_id: string;
  sealed: Buffer;
  created_at: Generated<Timestamp>;
  expires_at: Timestamp | null;
  public_key: string | null;
}

export interface WebhooksRow {
  tenant_id: string;
  id: string;
  name: string;
  url: string;
  events: string[];
  status: string;
  reason: string | null;
  version: Generated<number>;
  created_at: Generated<Timestamp>;
  updated_at: Generated<Timestamp>;
  deleted_at: Timestamp | null;
  settings: Generated<Json>;
  auth_secret: Buffer | null;
  circuit: Json | null;
  erased_to: string | null;
}

export interface Tables {
  attempts: AttemptsRow;
  audit_entries: AuditEntriesRow;
  auth_accounts: AuthAccountsRow;
  auth_rate_limits: AuthRateLimitsRow;
  auth_sessions: AuthSessionsRow;
  auth_users: AuthUsersRow;
  auth_verifications: AuthVerificationsRow;
  change_sequences: ChangeSequencesRow;
  connections: ConnectionsRow;
  consent_entries: ConsentEntriesRow;
  consent_notices: ConsentNoticesRow;
  consent_purposes: ConsentPurposesRow;
  consent_texts: ConsentTextsRow;
  consents: ConsentsRow;
  counters: CountersRow;
  counting_marks: CountingMarksRow;
  credentials: CredentialsRow;
  deliveries: DeliveriesRow;
  delivery_queue: DeliveryQueueRow;
  erased_events: ErasedEventsRow;
  event_erasures: EventErasuresRow;
  event_types: EventTypesRow;
  events: EventsRow;
  idempotency_keys: IdempotencyKeysRow;
  ingest_queue: IngestQueueRow;
  integrations: IntegrationsRow;
  invitations: InvitationsRow;
  key_rotations: KeyRotationsRow;
  members: MembersRow;
  migrations: MigrationsRow;
  oauth_states: OauthStatesRow;
  partitioned_tables: PartitionedTablesRow;
  processes: ProcessesRow;
  proxy_calls: ProxyCallsRow;
  published_ids: PublishedIdsRow;
  quarantine: QuarantineRow;
  rate_budgets: RateBudgetsRow;
  receipt_keys: ReceiptKeysRow;
  receipt_outcomes: ReceiptOutcomesRow;
  receipt_replays: ReceiptReplaysRow;
  receipts: ReceiptsRow;
  records: RecordsRow;
  replays: ReplaysRow;
  setup_links: SetupLinksRow;
  source_secrets: SourceSecretsRow;
  sources: SourcesRow;
  sync_marks: SyncMarksRow;
  sync_run_met: SyncRunMetRow;
  sync_runs: SyncRunsRow;
  syncs: SyncsRow;
  tenants: TenantsRow;
  vault_canaries: VaultCanariesRow;
  vault_keys: VaultKeysRow;
  webhook_hours: WebhookHoursRow;
  webhook_rates: WebhookRatesRow;
  webhook_secrets: WebhookSecretsRow;
  webhooks: WebhooksRow;
}
