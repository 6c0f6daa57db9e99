-- The schema that the migrations make, read back from the catalogue. `npm run schema` writes it.

table attempts
  tenant_id uuid not null
  delivery_id uuid not null
  number integer not null
  webhook_id uuid not null
  outcome text not null
  status_code integer
  error text
  request_headers jsonb not null
  response_headers jsonb
  response_body text
  duration_ms real not null
  started_at timestamp with time zone not null
  next_attempt_at timestamp with time zone
  process_id uuid not null
  request_body text
  constraint attempts_outcome_check CHECK ((outcome = ANY (ARRAY['delivered'::text, 'retrying'::text, 'exhausted'::text, 'skipped'::text])))
  constraint attempts_pkey PRIMARY KEY (tenant_id, delivery_id, number)
  CREATE INDEX attempts_exhausted USING btree (tenant_id, delivery_id DESC) WHERE (outcome = 'exhausted'::text)
  CREATE INDEX attempts_skipped USING btree (tenant_id, delivery_id DESC) WHERE (outcome = 'skipped'::text)
  policy app_delete for delete to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_insert for insert to mortise_app check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_update for update to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant)) check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  grant delete, insert, select, update to mortise_app
  grant delete, insert, select, update to mortise_engine
  row level security, forced
  partition by RANGE (delivery_id)

table audit_entries
  tenant_id uuid not null
  id uuid not null
  action text not null
  actor_kind text not null
  actor_id text
  actor_name text not null
  subject text
  details jsonb not null default '{}'::jsonb
  trace_id uuid not null
  created_at timestamp with time zone not null default now()
  constraint audit_entries_pkey PRIMARY KEY (tenant_id, id)
  CREATE INDEX audit_entries_tenant_id_subject_id_idx USING btree (tenant_id, subject, id DESC)
  CREATE INDEX audit_entries_tenant_id_trace_id_idx USING btree (tenant_id, trace_id)
  policy app_insert for insert to mortise_app check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  policy owner_erase for update to mortise_owner using (tenant_id = ( SELECT current_tenant() AS current_tenant)) check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy owner_read for select to mortise_owner using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  grant insert, select to mortise_app
  grant insert, select to mortise_engine
  row level security, forced
  partition by RANGE (id)

table auth_accounts
  id uuid not null
  user_id uuid not null
  account_id text not null
  provider_id text not null
  access_token text
  refresh_token text
  id_token text
  access_token_expires_at timestamp with time zone
  refresh_token_expires_at timestamp with time zone
  scope text
  password text
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  constraint auth_accounts_pkey PRIMARY KEY (id)
  constraint auth_accounts_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth_users(id) ON DELETE CASCADE
  CREATE INDEX auth_accounts_user_id_idx USING btree (user_id)
  grant delete, insert, select, update to mortise_auth

table auth_rate_limits
  id uuid not null
  key text not null
  count integer not null
  last_request bigint not null
  constraint auth_rate_limits_key_key UNIQUE (key)
  constraint auth_rate_limits_pkey PRIMARY KEY (id)
  grant delete, insert, select, update to mortise_auth

table auth_sessions
  id uuid not null
  user_id uuid not null
  token text not null
  expires_at timestamp with time zone not null
  ip_address text
  user_agent text
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  constraint auth_sessions_pkey PRIMARY KEY (id)
  constraint auth_sessions_token_key UNIQUE (token)
  constraint auth_sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth_users(id) ON DELETE CASCADE
  CREATE INDEX auth_sessions_user_id_idx USING btree (user_id)
  grant delete, insert, select, update to mortise_auth

table auth_users
  id uuid not null
  name text not null
  email text not null
  email_verified boolean not null default false
  image text
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  constraint auth_users_email_key UNIQUE (email)
  constraint auth_users_pkey PRIMARY KEY (id)
  policy app_members for select to mortise_app using (id IN ( SELECT members.user_id
   FROM members))
  policy auth_all for all to mortise_auth using true check true
  policy engine_read for select to mortise_engine using true
  grant delete, insert, select, update to mortise_auth
  grant select (id, name, email) to mortise_app
  grant select (id, name, email) to mortise_engine
  row level security, forced

table auth_verifications
  id uuid not null
  identifier text not null
  value text not null
  expires_at timestamp with time zone not null
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  constraint auth_verifications_pkey PRIMARY KEY (id)
  CREATE INDEX auth_verifications_identifier_idx USING btree (identifier)
  grant delete, insert, select, update to mortise_auth

table change_sequences
  tenant_id uuid not null
  last bigint not null default 0
  constraint change_sequences_pkey PRIMARY KEY (tenant_id)
  constraint change_sequences_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
  policy app_delete for delete to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_insert for insert to mortise_app check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_update for update to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant)) check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  grant delete, insert, select, update to mortise_app
  grant delete, insert, select, update to mortise_engine
  row level security, forced

table connections
  tenant_id uuid not null
  id uuid not null
  integration_id uuid not null
  status text not null
  reason text
  account_id text not null
  account_name text not null
  metadata jsonb not null default '{}'::jsonb
  scopes text[] not null default '{}'::text[]
  last_used_at timestamp with time zone
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  label text
  own_metadata jsonb not null default '{}'::jsonb
  version integer not null default 1
  constraint connections_pkey PRIMARY KEY (tenant_id, id)
  constraint connections_status_check CHECK ((status = ANY (ARRAY['connected'::text, 'needs_reconnect'::text, 'disconnected'::text])))
  constraint connections_tenant_id_integration_id_account_id_key UNIQUE (tenant_id, integration_id, account_id)
  constraint connections_tenant_id_integration_id_fkey FOREIGN KEY (tenant_id, integration_id) REFERENCES integrations(tenant_id, id)
  policy app_delete for delete to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_insert for insert to mortise_app check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_update for update to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant)) check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  grant delete, insert, select, update to mortise_app
  grant delete, insert, select, update to mortise_engine
  row level security, forced

table consent_entries
  tenant_id uuid not null
  id uuid not null
  kind text not null
  withdraws uuid
  replaces uuid
  purpose_id uuid not null
  text_version integer not null
  subject_id text not null
  at timestamp with time zone not null
  expires_at timestamp with time zone
  evidence jsonb not null default '{}'::jsonb
  reason text
  stopped integer not null default 0
  actor_kind text not null
  actor_id text
  actor_name text not null
  trace_id uuid not null
  constraint consent_entries_check CHECK (((kind = 'withdrawn'::text) = (withdraws IS NOT NULL)))
  constraint consent_entries_check1 CHECK (((kind = 'granted'::text) OR ((replaces IS NULL) AND (expires_at IS NULL))))
  constraint consent_entries_kind_check CHECK ((kind = ANY (ARRAY['granted'::text, 'withdrawn'::text])))
  constraint consent_entries_pkey PRIMARY KEY (tenant_id, id)
  constraint consent_entries_tenant_id_purpose_id_text_version_fkey FOREIGN KEY (tenant_id, purpose_id, text_version) REFERENCES consent_texts(tenant_id, purpose_id, version) ON DELETE CASCADE
  constraint consent_entries_tenant_id_replaces_fkey FOREIGN KEY (tenant_id, replaces) REFERENCES consent_entries(tenant_id, id) ON DELETE CASCADE
  constraint consent_entries_tenant_id_withdraws_fkey FOREIGN KEY (tenant_id, withdraws) REFERENCES consent_entries(tenant_id, id) ON DELETE CASCADE
  CREATE INDEX consent_entries_tenant_id_purpose_id_id_idx USING btree (tenant_id, purpose_id, id DESC)
  CREATE INDEX consent_entries_tenant_id_subject_id_id_idx USING btree (tenant_id, subject_id, id DESC)
  CREATE UNIQUE INDEX consent_entries_replaces USING btree (tenant_id, replaces) WHERE (replaces IS NOT NULL)
  CREATE UNIQUE INDEX consent_entries_withdraws USING btree (tenant_id, withdraws) WHERE (withdraws IS NOT NULL)
  policy app_insert for insert to mortise_app check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  grant insert, select to mortise_app
  grant insert, select to mortise_engine
  row level security, forced

table consent_notices
  tenant_id uuid not null
  entry_id uuid not null
  teller text not null
  attempts integer not null default 0
  told_at timestamp with time zone
  error text
  addressee text not null default ''::text
  name text
  connection_id uuid
  email text
  state text not null default 'waiting'::text
  created_at timestamp with time zone not null default now()
  ended_at timestamp with time zone
  next_at timestamp with time zone
  constraint consent_notices_email CHECK (((email IS NULL) OR (state = 'waiting'::text)))
  constraint consent_notices_pkey PRIMARY KEY (tenant_id, entry_id, teller, addressee)
  constraint consent_notices_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'told'::text, 'unknown_person'::text, 'ended'::text])))
  constraint consent_notices_tenant_id_entry_id_fkey FOREIGN KEY (tenant_id, entry_id) REFERENCES consent_entries(tenant_id, id) ON DELETE CASCADE
  constraint consent_notices_told CHECK (((state = 'told'::text) = (told_at IS NOT NULL)))
  policy app_delete for delete to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_insert for insert to mortise_app check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_update for update to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant)) check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  grant delete, insert, select, update to mortise_app
  grant delete, insert, select, update to mortise_engine
  row level security, forced

table consent_purposes
  tenant_id uuid not null
  id uuid not null
  key text not null
  name text not null
  legal_basis text not null
  text_version integer not null default 1
  least_text_version integer not null default 1
  archived_at timestamp with time zone
  version integer not null default 1
  created_at timestamp with time zone not null
  updated_at timestamp with time zone not null
  provider_category text default 'communications'::text
  constraint consent_purposes_check CHECK (((least_text_version >= 1) AND (least_text_version <= text_version)))
  constraint consent_purposes_legal_basis_check CHECK ((legal_basis = ANY (ARRAY['consent'::text, 'explicit_consent'::text, 'contract'::text, 'legal_obligation'::text, 'vital_interests'::text, 'public_task'::text, 'legitimate_interests'::text])))
  constraint consent_purposes_pkey PRIMARY KEY (tenant_id, id)
  constraint consent_purposes_provider_category_check CHECK ((provider_category = 'communications'::text))
  constraint consent_purposes_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
  constraint consent_purposes_tenant_id_key_key UNIQUE (tenant_id, key)
  policy app_delete for delete to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_insert for insert to mortise_app check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_update for update to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant)) check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  grant delete, insert, select, update to mortise_app
  grant delete, insert, select, update to mortise_engine
  row level security, forced

table consent_texts
  tenant_id uuid not null
  purpose_id uuid not null
  version integer not null
  texts jsonb not null
  requires_renewal boolean not null
  published_at timestamp with time zone not null
  published_by text not null
  constraint consent_texts_pkey PRIMARY KEY (tenant_id, purpose_id, version)
  constraint consent_texts_tenant_id_purpose_id_fkey FOREIGN KEY (tenant_id, purpose_id) REFERENCES consent_purposes(tenant_id, id) ON DELETE CASCADE
  policy app_insert for insert to mortise_app check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  grant insert, select to mortise_app
  grant insert, select to mortise_engine
  row level security, forced

table consents
  tenant_id uuid not null
  purpose_id uuid not null
  subject_id text not null
  grant_id uuid
  text_version integer
  expires_at timestamp with time zone
  withdrawn_at timestamp with time zone
  constraint consents_pkey PRIMARY KEY (tenant_id, purpose_id, subject_id)
  constraint consents_tenant_id_grant_id_fkey FOREIGN KEY (tenant_id, grant_id) REFERENCES consent_entries(tenant_id, id) ON DELETE CASCADE
  constraint consents_tenant_id_purpose_id_fkey FOREIGN KEY (tenant_id, purpose_id) REFERENCES consent_purposes(tenant_id, id) ON DELETE CASCADE
  policy app_delete for delete to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_insert for insert to mortise_app check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_update for update to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant)) check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  grant delete, insert, select, update to mortise_app
  grant delete, insert, select, update to mortise_engine
  row level security, forced

table counters
  tenant_id uuid not null
  hour timestamp with time zone not null
  name text not null
  value bigint not null
  constraint counters_pkey PRIMARY KEY (tenant_id, hour, name)
  CREATE INDEX counters_tenant_id_name_hour_idx USING btree (tenant_id, name, hour)
  policy app_delete for delete to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_insert for insert to mortise_app check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_update for update to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant)) check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  grant delete, insert, select, update to mortise_app
  grant delete, insert, select, update to mortise_engine
  row level security, forced

table counting_marks
  log text not null
  counted_to uuid not null
  constraint counting_marks_pkey PRIMARY KEY (log)
  grant insert, select, update to mortise_engine
  grant select to mortise_app

table credentials
  tenant_id uuid not null
  connection_id uuid not null
  version bigint not null default nextval('credential_versions'::regclass)
  sealed bytea not null
  expires_at timestamp with time zone
  refresh_at timestamp with time zone
  refreshed_at timestamp with time zone
  failures integer not null default 0
  lease_owner uuid
  lease_until timestamp with time zone
  asked_at timestamp with time zone
  constraint credentials_pkey PRIMARY KEY (tenant_id, connection_id)
  constraint credentials_tenant_id_connection_id_fkey FOREIGN KEY (tenant_id, connection_id) REFERENCES connections(tenant_id, id) ON DELETE CASCADE
  CREATE INDEX credentials_refresh_at_idx USING btree (refresh_at) WHERE (refresh_at IS NOT NULL)
  policy app_delete for delete to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_insert for insert to mortise_app check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_update for update to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant)) check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  grant delete, insert, select, update to mortise_app
  grant delete, insert, select, update to mortise_engine
  row level security, forced

table deliveries
  tenant_id uuid not null
  id uuid not null
  event_id uuid not null
  webhook_id uuid not null
  accepted_by uuid
  created_at timestamp with time zone not null default now()
  constraint deliveries_pkey PRIMARY KEY (tenant_id, id)
  CREATE INDEX deliveries_accepted_by_id_idx USING btree (accepted_by, id)
  CREATE INDEX deliveries_tenant_id_event_id_idx USING btree (tenant_id, event_id)
  CREATE INDEX deliveries_tenant_id_webhook_id_id_idx USING btree (tenant_id, webhook_id, id DESC)
  policy app_delete for delete to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_insert for insert to mortise_app check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_update for update to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant)) check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  grant delete, insert, select, update to mortise_app
  grant delete, insert, select, update to mortise_engine
  row level security, forced
  partition by RANGE (id)

table delivery_queue
  tenant_id uuid not null
  delivery_id uuid not null
  webhook_id uuid not null
  due_at timestamp with time zone not null
  attempt integer not null
  lane text not null
  claimed_by uuid
  claimed_until timestamp with time zone
  fence integer not null default 0
  order_key text
  order_number bigint
  consent_key text
  replay_id uuid
  setbacks integer not null default 0
  constraint delivery_queue_lane_check CHECK ((lane = ANY (ARRAY['first'::text, 'retry'::text, 'held'::text])))
  constraint delivery_queue_pkey PRIMARY KEY (tenant_id, delivery_id)
  CREATE INDEX delivery_queue_claimed_by_idx USING btree (claimed_by) WHERE (claimed_by IS NOT NULL)
  CREATE INDEX delivery_queue_due USING btree (lane, due_at) WHERE ((lane <> 'held'::text) AND (claimed_by IS NULL) AND (order_key IS NULL))
  CREATE INDEX delivery_queue_lines USING btree (lane, tenant_id, webhook_id, due_at) WHERE ((lane <> 'held'::text) AND (claimed_by IS NULL) AND (order_key IS NULL))
  CREATE INDEX delivery_queue_order USING btree (tenant_id, webhook_id, order_key, order_number) WHERE ((lane <> 'held'::text) AND (order_key IS NOT NULL))
  CREATE INDEX delivery_queue_tenant_id_consent_key_idx USING btree (tenant_id, consent_key) WHERE (consent_key IS NOT NULL)
  CREATE INDEX delivery_queue_tenant_id_replay_id_idx USING btree (tenant_id, replay_id) WHERE (replay_id IS NOT NULL)
  CREATE INDEX delivery_queue_tenant_id_webhook_id_idx USING btree (tenant_id, webhook_id)
  policy app_delete for delete to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_insert for insert to mortise_app check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_update for update to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant)) check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  grant delete, insert, select, update to mortise_app
  grant delete, insert, select, update to mortise_engine
  row level security, forced

table erased_events
  tenant_id uuid not null
  event_id uuid not null
  look_at timestamp with time zone not null
  settled_once boolean not null default false
  constraint erased_events_pkey PRIMARY KEY (tenant_id, event_id)
  constraint erased_events_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
  CREATE INDEX erased_events_look_at_idx USING btree (look_at)
  policy app_delete for delete to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_insert for insert to mortise_app check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_update for update to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant)) check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  grant delete, insert, select, update to mortise_app
  grant delete, insert, select, update to mortise_engine
  row level security, forced

table event_erasures
  tenant_id uuid not null
  id uuid not null
  state text not null default 'queued'::text
  selector jsonb
  through uuid not null
  walked_to uuid
  seen bigint not null default 0
  erased bigint not null default 0
  error text
  actor jsonb not null
  trace_id uuid not null
  requested_at timestamp with time zone not null default now()
  finished_at timestamp with time zone
  constraint event_erasures_check CHECK (((selector IS NULL) OR (state = ANY (ARRAY['queued'::text, 'running'::text]))))
  constraint event_erasures_pkey PRIMARY KEY (tenant_id, id)
  constraint event_erasures_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'succeeded'::text, 'failed'::text])))
  constraint event_erasures_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
  policy app_delete for delete to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_insert for insert to mortise_app check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_update for update to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant)) check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  grant delete, insert, select, update to mortise_app
  grant delete, insert, select, update to mortise_engine
  row level security, forced

table event_types
  tenant_id uuid not null
  id uuid not null
  type text not null
  description text not null
  schema jsonb
  examples jsonb not null default '[]'::jsonb
  archived_at timestamp with time zone
  version integer not null default 1
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  constraint event_types_pkey PRIMARY KEY (tenant_id, id)
  constraint event_types_tenant_id_type_key UNIQUE (tenant_id, type)
  policy app_delete for delete to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_insert for insert to mortise_app check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_update for update to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant)) check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  grant delete, insert, select, update to mortise_app
  grant delete, insert, select, update to mortise_engine
  row level security, forced

table events
  tenant_id uuid not null
  id uuid not null
  type text not null
  subject text
  data jsonb not null
  trace_id uuid not null
  occurred_at timestamp with time zone not null
  delivery_count integer not null
  forward boolean not null default true
  publisher text
  erased_at timestamp with time zone
  constraint events_pkey PRIMARY KEY (tenant_id, id)
  CREATE INDEX events_tenant_id_subject_id_idx USING btree (tenant_id, subject, id DESC)
  CREATE INDEX events_tenant_id_trace_id_id_idx USING btree (tenant_id, trace_id, id)
  CREATE INDEX events_tenant_id_type_id_idx USING btree (tenant_id, type, id DESC)
  policy app_insert for insert to mortise_app check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  policy owner_blank for update to mortise_owner using true check true
  policy owner_erase for update to mortise_owner using (tenant_id = ( SELECT current_tenant() AS current_tenant)) check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy owner_expire for delete to mortise_owner using true
  policy owner_look_up for select to mortise_owner using true
  policy owner_read for select to mortise_owner using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  grant insert, select to mortise_app
  grant insert, select to mortise_engine
  row level security, forced
  partition by RANGE (id)

table idempotency_keys
  tenant_id uuid not null
  key text not null
  fingerprint bytea not null
  status integer not null
  headers jsonb not null
  response bytea
  created_at timestamp with time zone not null default now()
  constraint idempotency_keys_pkey PRIMARY KEY (tenant_id, key)
  CREATE INDEX idempotency_keys_created_at_idx USING btree (created_at)
  policy app_delete for delete to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_insert for insert to mortise_app check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_update for update to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant)) check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  grant delete, insert, select, update to mortise_app
  grant delete, insert, select, update to mortise_engine
  row level security, forced

table ingest_queue
  tenant_id uuid not null
  id uuid not null
  receipt_id uuid not null
  source_id uuid not null
  lane text not null default 'ready'::text
  due_at timestamp with time zone not null
  body_bytes integer not null
  attempts integer not null default 0
  error text
  replay boolean not null default false
  replay_id uuid
  trace_id uuid not null
  constraint ingest_queue_lane_check CHECK ((lane = ANY (ARRAY['ready'::text, 'held'::text])))
  constraint ingest_queue_pkey PRIMARY KEY (tenant_id, id)
  CREATE INDEX ingest_queue_due USING btree (tenant_id, due_at, id) WHERE (lane = 'ready'::text)
  CREATE INDEX ingest_queue_tenant_id_receipt_id_idx USING btree (tenant_id, receipt_id) WHERE replay
  CREATE INDEX ingest_queue_tenant_id_replay_id_idx USING btree (tenant_id, replay_id) WHERE (replay_id IS NOT NULL)
  policy app_delete for delete to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_insert for insert to mortise_app check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_update for update to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant)) check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  grant delete, insert, select, update to mortise_app
  grant delete, insert, select, update to mortise_engine
  row level security, forced

table integrations
  tenant_id uuid not null
  id uuid not null
  provider text not null
  name text not null
  environment text not null
  client_id text
  client_secret bytea
  hosts jsonb not null default '{}'::jsonb
  scopes text[]
  version integer not null default 1
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  timeout_ms integer
  retries integer
  resources text[]
  proxy_on boolean not null default true
  webhooks_on boolean not null default true
  constraint integrations_environment_check CHECK ((environment = ANY (ARRAY['live'::text, 'sandbox'::text])))
  constraint integrations_pkey PRIMARY KEY (tenant_id, id)
  constraint integrations_retries_check CHECK (((retries >= 0) AND (retries <= 10)))
  constraint integrations_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
  constraint integrations_timeout_ms_check CHECK (((timeout_ms >= 1000) AND (timeout_ms <= 120000)))
  CREATE INDEX integrations_id_idx USING btree (id)
  CREATE INDEX integrations_tenant_id_provider_idx USING btree (tenant_id, provider)
  policy app_delete for delete to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_insert for insert to mortise_app check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_update for update to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant)) check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  policy owner_look_up for select to mortise_owner using true
  grant delete, insert, select, update to mortise_app
  grant delete, insert, select, update to mortise_engine
  row level security, forced

table invitations
  tenant_id uuid not null
  id uuid not null
  email text not null
  role text not null
  token_hash bytea not null
  expires_at timestamp with time zone not null
  accepted_at timestamp with time zone
  withdrawn_at timestamp with time zone
  created_at timestamp with time zone not null default now()
  constraint invitations_pkey PRIMARY KEY (tenant_id, id)
  constraint invitations_role_check CHECK ((role = ANY (ARRAY['viewer'::text, 'developer'::text, 'admin'::text, 'owner'::text])))
  constraint invitations_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
  constraint invitations_token_hash_key UNIQUE (token_hash)
  policy app_delete for delete to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_insert for insert to mortise_app check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_update for update to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant)) check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  policy owner_look_up for select to mortise_owner using true
  grant delete, insert, select, update to mortise_app
  grant delete, insert, select, update to mortise_engine
  row level security, forced

table key_rotations
  tenant_id uuid not null
  id uuid not null
  kind text not null
  state text not null default 'queued'::text
  key_id uuid
  master_key_id text
  total bigint
  done bigint not null default 0
  failed bigint not null default 0
  error text
  actor jsonb not null
  trace_id uuid not null
  requested_at timestamp with time zone not null default now()
  started_at timestamp with time zone
  finished_at timestamp with time zone
  constraint key_rotations_check CHECK (((kind = 'master'::text) = (master_key_id IS NOT NULL)))
  constraint key_rotations_kind_check CHECK ((kind = ANY (ARRAY['tenant'::text, 'master'::text])))
  constraint key_rotations_pkey PRIMARY KEY (tenant_id, id)
  constraint key_rotations_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'succeeded'::text, 'failed'::text])))
  CREATE UNIQUE INDEX key_rotations_one_open USING btree (tenant_id) WHERE (state = ANY (ARRAY['queued'::text, 'running'::text]))
  policy app_delete for delete to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_insert for insert to mortise_app check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_update for update to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant)) check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  grant delete, insert, select, update to mortise_app
  grant delete, insert, select, update to mortise_engine
  row level security, forced

table members
  tenant_id uuid not null
  id uuid not null
  user_id uuid not null
  role text not null
  created_at timestamp with time zone not null default now()
  constraint members_pkey PRIMARY KEY (tenant_id, id)
  constraint members_role_check CHECK ((role = ANY (ARRAY['viewer'::text, 'developer'::text, 'admin'::text, 'owner'::text])))
  constraint members_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
  constraint members_tenant_id_user_id_key UNIQUE (tenant_id, user_id)
  constraint members_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth_users(id) ON DELETE CASCADE
  CREATE INDEX members_user_id_idx USING btree (user_id)
  policy app_delete for delete to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_insert for insert to mortise_app check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_update for update to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant)) check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  policy owner_look_up for select to mortise_owner using true
  grant delete, insert, select, update to mortise_app
  grant delete, insert, select, update to mortise_engine
  row level security, forced

table migrations
  version integer not null
  name text not null
  sha256 text not null
  applied_at timestamp with time zone not null default now()
  constraint migrations_pkey PRIMARY KEY (version)

table oauth_states
  tenant_id uuid not null
  state_hash bytea not null
  integration_id uuid not null
  reconnect_id uuid
  sealed bytea not null
  browser_hash bytea
  return_to text
  actor jsonb not null
  trace_id uuid not null
  expires_at timestamp with time zone not null
  constraint oauth_states_pkey PRIMARY KEY (tenant_id, state_hash)
  constraint oauth_states_state_hash_key UNIQUE (state_hash)
  constraint oauth_states_tenant_id_integration_id_fkey FOREIGN KEY (tenant_id, integration_id) REFERENCES integrations(tenant_id, id) ON DELETE CASCADE
  CREATE INDEX oauth_states_expires_at_idx USING btree (expires_at)
  policy app_delete for delete to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_insert for insert to mortise_app check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_update for update to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant)) check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  policy owner_bind for update to mortise_owner using true
  policy owner_consume for delete to mortise_owner using true
  policy owner_look_up for select to mortise_owner using true
  grant delete, insert, select, update to mortise_app
  grant delete, insert, select, update to mortise_engine
  row level security, forced

table partitioned_tables
  name text not null
  keep_days integer not null
  constraint partitioned_tables_pkey PRIMARY KEY (name)

table processes
  id uuid not null
  host text not null
  pid integer not null
  identity text not null
  role text not null
  started_at timestamp with time zone not null default now()
  heartbeat_at timestamp with time zone not null default now()
  low_water uuid not null
  gone_at timestamp with time zone
  works text[] not null default '{}'::text[]
  constraint processes_pkey PRIMARY KEY (id)
  grant delete, insert, select, update to mortise_engine
  grant select (id, low_water, gone_at) to mortise_app

table proxy_calls
  tenant_id uuid not null
  id uuid not null
  connection_id uuid not null
  method text not null
  path text not null
  status integer
  error text
  attempts integer not null
  duration_ms double precision not null
  request_bytes bigint not null
  response_bytes bigint not null
  actor_kind text not null
  actor_id text
  actor_name text not null
  trace_id uuid not null
  created_at timestamp with time zone not null default now()
  constraint proxy_calls_path_check CHECK ((length(path) <= 600))
  constraint proxy_calls_pkey PRIMARY KEY (tenant_id, id)
  CREATE INDEX proxy_calls_tenant_id_connection_id_id_idx USING btree (tenant_id, connection_id, id DESC)
  CREATE INDEX proxy_calls_tenant_id_trace_id_idx USING btree (tenant_id, trace_id)
  policy app_insert for insert to mortise_app check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  policy owner_erase for delete to mortise_owner using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy owner_read for select to mortise_owner using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  grant insert, select to mortise_app
  grant insert, select to mortise_engine
  row level security, forced
  partition by RANGE (id)

table published_ids
  tenant_id uuid not null
  name text not null
  event_id uuid not null
  fingerprint bytea not null
  constraint published_ids_pkey PRIMARY KEY (tenant_id, name)
  CREATE INDEX published_ids_event_id_idx USING btree (event_id)
  policy app_delete for delete to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_insert for insert to mortise_app check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_update for update to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant)) check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  grant delete, insert, select, update to mortise_app
  grant delete, insert, select, update to mortise_engine
  row level security, forced

table quarantine
  tenant_id uuid not null
  sync_id uuid not null
  key text not null
  external_id text
  reason text not null
  raw jsonb not null
  run_id uuid not null
  created_at timestamp with time zone not null default now()
  constraint quarantine_pkey PRIMARY KEY (tenant_id, sync_id, key)
  constraint quarantine_tenant_id_sync_id_fkey FOREIGN KEY (tenant_id, sync_id) REFERENCES syncs(tenant_id, id) ON DELETE CASCADE
  policy app_delete for delete to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_insert for insert to mortise_app check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_update for update to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant)) check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  grant delete, insert, select, update to mortise_app
  grant delete, insert, select, update to mortise_engine
  row level security, forced

table rate_budgets
  name text not null
  ledger jsonb not null
  stale_at timestamp with time zone not null
  constraint rate_budgets_pkey PRIMARY KEY (name)
  CREATE INDEX rate_budgets_stale_at_idx USING btree (stale_at)
  grant delete, insert, select, update to mortise_engine

table receipt_keys
  tenant_id uuid not null
  source_id uuid not null
  key bytea not null
  receipt_id uuid not null
  expires_at timestamp with time zone not null
  constraint receipt_keys_pkey PRIMARY KEY (tenant_id, source_id, key)
  CREATE INDEX receipt_keys_expires_at_idx USING btree (expires_at)
  policy app_delete for delete to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_insert for insert to mortise_app check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_update for update to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant)) check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  grant delete, insert, select, update to mortise_app
  grant delete, insert, select, update to mortise_engine
  row level security, forced

table receipt_outcomes
  tenant_id uuid not null
  receipt_id uuid not null
  id uuid not null
  source_id uuid not null
  status text not null
  attempts integer not null
  note text
  event_ids uuid[] not null default '{}'::uuid[]
  sync_ids uuid[] not null default '{}'::uuid[]
  connection_ids uuid[] not null default '{}'::uuid[]
  replay boolean not null
  trace_id uuid not null
  at timestamp with time zone not null
  constraint receipt_outcomes_pkey PRIMARY KEY (tenant_id, receipt_id, id)
  constraint receipt_outcomes_status_check CHECK ((status = ANY (ARRAY['processed'::text, 'failed'::text])))
  CREATE INDEX receipt_outcomes_failed USING btree (tenant_id, receipt_id DESC) WHERE (status = 'failed'::text)
  policy app_delete for delete to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_insert for insert to mortise_app check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_update for update to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant)) check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  grant delete, insert, select, update to mortise_app
  grant delete, insert, select, update to mortise_engine
  row level security, forced
  partition by RANGE (receipt_id)

table receipt_replays
  tenant_id uuid not null
  id uuid not null
  source_id uuid not null
  failed_only boolean not null
  from_id uuid not null
  to_id uuid not null
  status text not null
  after_id uuid not null
  queued integer not null default 0
  trace_id uuid not null
  created_at timestamp with time zone not null default now()
  reason text
  processed integer not null default 0
  failed integer not null default 0
  dropped integer not null default 0
  constraint receipt_replays_pkey PRIMARY KEY (tenant_id, id)
  constraint receipt_replays_status_check CHECK ((status = ANY (ARRAY['running'::text, 'done'::text, 'cancelled'::text, 'failed'::text])))
  constraint receipt_replays_tenant_id_source_id_fkey FOREIGN KEY (tenant_id, source_id) REFERENCES sources(tenant_id, id) ON DELETE CASCADE
  CREATE INDEX receipt_replays_tenant_id_source_id_id_idx USING btree (tenant_id, source_id, id DESC)
  policy app_delete for delete to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_insert for insert to mortise_app check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_update for update to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant)) check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  grant delete, insert, select, update to mortise_app
  grant delete, insert, select, update to mortise_engine
  row level security, forced

table receipts
  tenant_id uuid not null
  id uuid not null
  source_id uuid not null
  verdict text not null
  reason text
  method text not null
  path text not null
  headers json not null
  body bytea
  body_bytes integer not null
  address text not null
  secret_id uuid
  dedupe_key text
  duplicate_of uuid
  trace_id uuid not null
  received_at timestamp with time zone not null
  constraint receipts_pkey PRIMARY KEY (tenant_id, id)
  constraint receipts_verdict_check CHECK ((verdict = ANY (ARRAY['accepted'::text, 'duplicate'::text, 'refused'::text])))
  CREATE INDEX receipts_tenant_id_dedupe_key_idx USING btree (tenant_id, dedupe_key) WHERE (dedupe_key IS NOT NULL)
  CREATE INDEX receipts_tenant_id_source_id_id_idx USING btree (tenant_id, source_id, id DESC)
  CREATE INDEX receipts_tenant_id_trace_id_idx USING btree (tenant_id, trace_id)
  CREATE INDEX receipts_unusual USING btree (tenant_id, verdict, id DESC) WHERE (verdict <> 'accepted'::text)
  policy app_delete for delete to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_insert for insert to mortise_app check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_update for update to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant)) check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  grant delete, insert, select, update to mortise_app
  grant delete, insert, select, update to mortise_engine
  row level security, forced
  partition by RANGE (id)

table records
  tenant_id uuid not null
  id uuid not null
  sync_id uuid not null
  external_id text not null
  title text not null
  subtitle text
  hash bytea not null
  data jsonb not null
  seq bigint not null
  deleted_at timestamp with time zone
  first_seen_at timestamp with time zone not null default now()
  changed_at timestamp with time zone not null default now()
  constraint records_pkey PRIMARY KEY (tenant_id, id)
  constraint records_tenant_id_sync_id_external_id_key UNIQUE (tenant_id, sync_id, external_id)
  CREATE INDEX records_tenant_id_sync_id_seq_idx USING btree (tenant_id, sync_id, seq DESC) WHERE (seq > 0)
  CREATE UNIQUE INDEX records_tenant_id_seq_idx USING btree (tenant_id, seq)
  policy app_delete for delete to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_insert for insert to mortise_app check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_update for update to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant)) check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  grant delete, insert, select, update to mortise_app
  grant delete, insert, select, update to mortise_engine
  row level security, forced

table replays
  tenant_id uuid not null
  id uuid not null
  webhook_id uuid not null
  what text not null
  event_types text[]
  from_at timestamp with time zone not null
  to_at timestamp with time zone not null
  per_second integer not null
  status text not null
  reason text
  cursor_id uuid not null
  looked bigint not null default 0
  queued bigint not null default 0
  next_at timestamp with time zone not null
  trace_id uuid not null
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  finished_at timestamp with time zone
  waits_for text[]
  constraint replays_per_second_check CHECK ((per_second > 0))
  constraint replays_pkey PRIMARY KEY (tenant_id, id)
  constraint replays_status_check CHECK ((status = ANY (ARRAY['running'::text, 'done'::text, 'cancelled'::text, 'failed'::text])))
  constraint replays_tenant_id_webhook_id_fkey FOREIGN KEY (tenant_id, webhook_id) REFERENCES webhooks(tenant_id, id) ON DELETE CASCADE
  constraint replays_what_check CHECK ((what = ANY (ARRAY['failed'::text, 'missing'::text, 'all'::text])))
  CREATE INDEX replays_tenant_id_webhook_id_id_idx USING btree (tenant_id, webhook_id, id DESC)
  CREATE UNIQUE INDEX replays_running USING btree (tenant_id, webhook_id) WHERE (status = 'running'::text)
  policy app_delete for delete to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_insert for insert to mortise_app check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_update for update to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant)) check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  grant delete, insert, select, update to mortise_app
  grant delete, insert, select, update to mortise_engine
  row level security, forced

table setup_links
  token_hash bytea not null
  expires_at timestamp with time zone not null
  used_at timestamp with time zone
  constraint setup_links_pkey PRIMARY KEY (token_hash)
  grant delete, insert, select, update to mortise_auth

table source_secrets
  tenant_id uuid not null
  id uuid not null
  source_id uuid not null
  connection_id uuid
  sealed bytea not null
  created_at timestamp with time zone not null default now()
  expires_at timestamp with time zone
  constraint source_secrets_pkey PRIMARY KEY (tenant_id, id)
  constraint source_secrets_tenant_id_connection_id_fkey FOREIGN KEY (tenant_id, connection_id) REFERENCES connections(tenant_id, id) ON DELETE CASCADE
  constraint source_secrets_tenant_id_source_id_fkey FOREIGN KEY (tenant_id, source_id) REFERENCES sources(tenant_id, id) ON DELETE CASCADE
  CREATE INDEX source_secrets_tenant_id_connection_id_idx USING btree (tenant_id, connection_id)
  CREATE INDEX source_secrets_tenant_id_source_id_idx USING btree (tenant_id, source_id)
  policy app_delete for delete to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_insert for insert to mortise_app check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_update for update to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant)) check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  grant delete, insert, select, update to mortise_app
  grant delete, insert, select, update to mortise_engine
  row level security, forced

table sources
  tenant_id uuid not null
  id uuid not null
  name text not null
  integration_id uuid
  status text not null
  token_hash bytea not null
  token_sealed bytea not null
  scheme jsonb not null
  allow text[] not null default '{}'::text[]
  max_bytes integer not null
  per_minute integer not null
  dedupe jsonb not null
  event_type text
  forward boolean not null
  processor text
  keep_days integer not null
  version integer not null default 1
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  constraint sources_pkey PRIMARY KEY (tenant_id, id)
  constraint sources_status_check CHECK ((status = ANY (ARRAY['active'::text, 'paused'::text])))
  constraint sources_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
  constraint sources_tenant_id_integration_id_fkey FOREIGN KEY (tenant_id, integration_id) REFERENCES integrations(tenant_id, id) ON DELETE CASCADE
  constraint sources_tenant_id_integration_id_key UNIQUE (tenant_id, integration_id)
  constraint sources_token_hash_key UNIQUE (token_hash)
  policy app_delete for delete to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_insert for insert to mortise_app check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_update for update to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant)) check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  policy owner_look_up for select to mortise_owner using true
  grant delete, insert, select, update to mortise_app
  grant delete, insert, select, update to mortise_engine
  row level security, forced

table sync_marks
  tenant_id uuid not null
  sync_id uuid not null
  external_id text not null
  mark bigint not null
  trace_id uuid not null
  noted_at timestamp with time zone not null default now()
  constraint sync_marks_pkey PRIMARY KEY (tenant_id, sync_id, external_id)
  constraint sync_marks_tenant_id_sync_id_fkey FOREIGN KEY (tenant_id, sync_id) REFERENCES syncs(tenant_id, id) ON DELETE CASCADE
  policy app_delete for delete to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_insert for insert to mortise_app check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_update for update to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant)) check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  grant delete, insert, select, update to mortise_app
  grant delete, insert, select, update to mortise_engine
  row level security, forced

table sync_run_met
  tenant_id uuid not null
  run_id uuid not null
  page integer not null
  external_ids text[] not null
  constraint sync_run_met_pkey PRIMARY KEY (tenant_id, run_id, page)
  constraint sync_run_met_tenant_id_run_id_fkey FOREIGN KEY (tenant_id, run_id) REFERENCES sync_runs(tenant_id, id) ON DELETE CASCADE
  policy app_delete for delete to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_insert for insert to mortise_app check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_update for update to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant)) check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  grant delete, insert, select, update to mortise_app
  grant delete, insert, select, update to mortise_engine
  row level security, forced

table sync_runs
  tenant_id uuid not null
  id uuid not null
  sync_id uuid not null
  mode text not null
  trigger text not null
  status text not null
  checkpoint jsonb not null default '{}'::jsonb
  pages integer not null default 0
  fetched bigint not null default 0
  expected bigint
  created bigint not null default 0
  updated bigint not null default 0
  deleted bigint not null default 0
  unchanged bigint not null default 0
  attempts integer not null default 0
  error text
  cancel_requested boolean not null default false
  owner uuid
  fence integer not null default 0
  trace_id uuid not null
  requested_at timestamp with time zone not null default now()
  due_at timestamp with time zone not null default now()
  started_at timestamp with time zone
  finished_at timestamp with time zone
  constraint sync_runs_mode_check CHECK ((mode = ANY (ARRAY['full'::text, 'incremental'::text])))
  constraint sync_runs_pkey PRIMARY KEY (tenant_id, id)
  constraint sync_runs_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'running'::text, 'succeeded'::text, 'failed'::text, 'cancelled'::text])))
  constraint sync_runs_tenant_id_sync_id_fkey FOREIGN KEY (tenant_id, sync_id) REFERENCES syncs(tenant_id, id) ON DELETE CASCADE
  CREATE INDEX sync_runs_open USING btree (owner) WHERE (status = ANY (ARRAY['queued'::text, 'running'::text]))
  CREATE INDEX sync_runs_tenant_id_sync_id_id_idx USING btree (tenant_id, sync_id, id DESC)
  CREATE INDEX sync_runs_tenant_id_trace_id_idx USING btree (tenant_id, trace_id)
  CREATE UNIQUE INDEX sync_runs_one_open USING btree (tenant_id, sync_id) WHERE (status = ANY (ARRAY['queued'::text, 'running'::text]))
  policy app_delete for delete to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_insert for insert to mortise_app check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_update for update to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant)) check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  grant delete, insert, select, update to mortise_app
  grant delete, insert, select, update to mortise_engine
  row level security, forced

table syncs
  tenant_id uuid not null
  id uuid not null
  connection_id uuid not null
  resource text not null
  every_minutes integer
  status text not null
  watermark timestamp with time zone
  full_at timestamp with time zone
  record_count bigint not null default 0
  next_run_at timestamp with time zone
  version integer not null default 1
  created_at timestamp with time zone not null default now()
  constraint syncs_pkey PRIMARY KEY (tenant_id, id)
  constraint syncs_status_check CHECK ((status = ANY (ARRAY['active'::text, 'paused'::text])))
  constraint syncs_tenant_id_connection_id_fkey FOREIGN KEY (tenant_id, connection_id) REFERENCES connections(tenant_id, id) ON DELETE CASCADE
  constraint syncs_tenant_id_connection_id_resource_key UNIQUE (tenant_id, connection_id, resource)
  CREATE INDEX syncs_next_run_at_idx USING btree (next_run_at) WHERE (next_run_at IS NOT NULL)
  policy app_delete for delete to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_insert for insert to mortise_app check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_update for update to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant)) check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  grant delete, insert, select, update to mortise_app
  grant delete, insert, select, update to mortise_engine
  row level security, forced

table tenants
  id uuid not null
  name text not null
  external_id text
  version integer not null default 1
  created_at timestamp with time zone not null default now()
  strict_event_types boolean not null default false
  retention_days integer
  constraint tenants_external_id_key UNIQUE (external_id)
  constraint tenants_pkey PRIMARY KEY (id)
  constraint tenants_retention_days_check CHECK (((retention_days >= 1) AND (retention_days <= 30)))
  policy app_delete for delete to mortise_app using (id = ( SELECT current_tenant() AS current_tenant))
  policy app_insert for insert to mortise_app check (id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (id = ( SELECT current_tenant() AS current_tenant))
  policy app_update for update to mortise_app using (id = ( SELECT current_tenant() AS current_tenant)) check (id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  policy owner_look_up for select to mortise_owner using true
  grant delete, insert, select, update to mortise_app
  grant delete, insert, select, update to mortise_engine
  row level security, forced

table vault_canaries
  master_key_id text not null
  sealed bytea not null
  created_at timestamp with time zone not null default now()
  retired_at timestamp with time zone
  constraint vault_canaries_pkey PRIMARY KEY (master_key_id)
  grant insert, select to mortise_engine
  grant update (retired_at) to mortise_engine

table vault_keys
  tenant_id uuid not null
  id uuid not null
  wrapped bytea not null
  master_key_id text not null
  created_at timestamp with time zone not null default now()
  retired_at timestamp with time zone
  constraint vault_keys_pkey PRIMARY KEY (tenant_id, id)
  constraint vault_keys_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
  CREATE UNIQUE INDEX vault_keys_current USING btree (tenant_id) WHERE (retired_at IS NULL)
  policy app_delete for delete to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_insert for insert to mortise_app check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_update for update to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant)) check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  grant delete, insert, select, update to mortise_app
  grant delete, insert, select, update to mortise_engine
  row level security, forced

table webhook_hours
  tenant_id uuid not null
  webhook_id uuid not null
  hour timestamp with time zone not null
  delivered bigint not null
  failed bigint not null
  retried bigint not null
  skipped bigint not null
  requests bigint not null
  duration_ms double precision not null
  longest_ms real not null
  constraint webhook_hours_pkey PRIMARY KEY (tenant_id, webhook_id, hour)
  constraint webhook_hours_tenant_id_webhook_id_fkey FOREIGN KEY (tenant_id, webhook_id) REFERENCES webhooks(tenant_id, id) ON DELETE CASCADE
  CREATE INDEX webhook_hours_hour_idx USING btree (hour)
  policy app_delete for delete to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_insert for insert to mortise_app check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_update for update to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant)) check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  grant delete, insert, select, update to mortise_app
  grant delete, insert, select, update to mortise_engine
  row level security, forced

table webhook_rates
  tenant_id uuid not null
  webhook_id uuid not null
  cells jsonb not null default '[]'::jsonb
  constraint webhook_rates_pkey PRIMARY KEY (tenant_id, webhook_id)
  constraint webhook_rates_tenant_id_webhook_id_fkey FOREIGN KEY (tenant_id, webhook_id) REFERENCES webhooks(tenant_id, id) ON DELETE CASCADE
  policy app_delete for delete to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_insert for insert to mortise_app check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_update for update to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant)) check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  grant delete, insert, select, update to mortise_app
  grant delete, insert, select, update to mortise_engine
  row level security, forced

table webhook_secrets
  tenant_id uuid not null
  id uuid not null
  webhook_id uuid not null
  sealed bytea not null
  created_at timestamp with time zone not null default now()
  expires_at timestamp with time zone
  public_key text
  constraint webhook_secrets_pkey PRIMARY KEY (tenant_id, id)
  constraint webhook_secrets_tenant_id_webhook_id_fkey FOREIGN KEY (tenant_id, webhook_id) REFERENCES webhooks(tenant_id, id) ON DELETE CASCADE
  CREATE INDEX webhook_secrets_tenant_id_webhook_id_idx USING btree (tenant_id, webhook_id)
  policy app_delete for delete to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_insert for insert to mortise_app check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_update for update to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant)) check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  grant delete, insert, select, update to mortise_app
  grant delete, insert, select, update to mortise_engine
  row level security, forced

table webhooks
  tenant_id uuid not null
  id uuid not null
  name text not null
  url text not null
  events text[] not null
  status text not null
  reason text
  version integer not null default 1
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  deleted_at timestamp with time zone
  settings jsonb not null default '{}'::jsonb
  auth_secret bytea
  circuit jsonb
  erased_to uuid
  constraint webhooks_pkey PRIMARY KEY (tenant_id, id)
  constraint webhooks_status_check CHECK ((status = ANY (ARRAY['active'::text, 'paused'::text, 'disabled'::text])))
  constraint webhooks_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
  policy app_delete for delete to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_insert for insert to mortise_app check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_select for select to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy app_update for update to mortise_app using (tenant_id = ( SELECT current_tenant() AS current_tenant)) check (tenant_id = ( SELECT current_tenant() AS current_tenant))
  policy engine_all for all to mortise_engine using true check true
  grant delete, insert, select, update to mortise_app
  grant delete, insert, select, update to mortise_engine
  row level security, forced

-- may be called by mortise_app
CREATE OR REPLACE FUNCTION mortise.bind_oauth_state(hash bytea, browser bytea)
 RETURNS SETOF oauth_states
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'mortise', 'pg_temp'
BEGIN ATOMIC
 UPDATE oauth_states SET browser_hash = COALESCE(oauth_states.browser_hash, bind_oauth_state.browser)
   WHERE (oauth_states.state_hash = bind_oauth_state.hash)
   RETURNING oauth_states.tenant_id,
     oauth_states.state_hash,
     oauth_states.integration_id,
     oauth_states.reconnect_id,
     oauth_states.sealed,
     oauth_states.browser_hash,
     oauth_states.return_to,
     oauth_states.actor,
     oauth_states.trace_id,
     oauth_states.expires_at;
END

-- may be called by mortise_app
CREATE OR REPLACE FUNCTION mortise.consume_oauth_state(hash bytea)
 RETURNS SETOF oauth_states
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'mortise', 'pg_temp'
BEGIN ATOMIC
 DELETE FROM oauth_states
   WHERE (oauth_states.state_hash = consume_oauth_state.hash)
   RETURNING oauth_states.tenant_id,
     oauth_states.state_hash,
     oauth_states.integration_id,
     oauth_states.reconnect_id,
     oauth_states.sealed,
     oauth_states.browser_hash,
     oauth_states.return_to,
     oauth_states.actor,
     oauth_states.trace_id,
     oauth_states.expires_at;
END

-- may be called by public
CREATE OR REPLACE FUNCTION mortise.current_tenant()
 RETURNS uuid
 LANGUAGE sql
 STABLE
RETURN (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid

-- may be called by public
CREATE OR REPLACE FUNCTION mortise.delete_records_of_sync()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  delete from mortise.records where tenant_id = old.tenant_id and sync_id = old.id;
  return null;
end
$function$

-- may be called by mortise_engine
CREATE OR REPLACE FUNCTION mortise.drop_old_partitions(today date)
 RETURNS SETOF text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'mortise', 'pg_temp'
 SET lock_timeout TO '3s'
AS $function$
declare
  parent record;
  child text;
begin
  perform pg_advisory_xact_lock(hashtext('mortise.ensure_partitions'));
  for parent in
    select p.name, p.keep_days, p.name || '_default' as rest, a.attname as key, t.partrelid as id
      from partitioned_tables p
      join pg_partitioned_table t on t.partrelid = ('mortise.' || p.name)::regclass
      join pg_attribute a on a.attrelid = t.partrelid and a.attnum = t.partattrs[0]
     order by p.name
  loop
    for child in
      select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
       where i.inhparent = parent.id and c.relname ~ '_\d{8}$'
         and to_date(right(c.relname, 8), 'YYYYMMDD') < today - parent.keep_days
       order by c.relname
    loop
      execute format('drop table %I', child);
      return next child;
    end loop;
    execute format('delete from %I where %I < %L', parent.rest, parent.key,
      uuid_floor((today - parent.keep_days)::timestamp at time zone 'utc'));
  end loop;
end
$function$

-- may be called by mortise_engine
CREATE OR REPLACE PROCEDURE mortise.ensure_partitions(IN day date)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'mortise', 'pg_temp'
 SET lock_timeout TO '3s'
AS $procedure$
declare
  parent record;
  child text;
  low uuid := uuid_floor(day::timestamp at time zone 'utc');
  high uuid := uuid_floor((day + 1)::timestamp at time zone 'utc');
begin
  perform pg_advisory_xact_lock(hashtext('mortise.ensure_partitions'));
  for parent in
    select p.name, p.name || '_default' as rest, a.attname as key
      from partitioned_tables p
      join pg_partitioned_table t on t.partrelid = ('mortise.' || p.name)::regclass
      join pg_attribute a on a.attrelid = t.partrelid and a.attnum = t.partattrs[0]
     order by p.name
  loop
    child := parent.name || to_char(day, '_YYYYMMDD');
    if to_regclass('mortise.' || child) is null then
      begin
        execute format('create table %I partition of %I for values from (%L) to (%L)', child, parent.name, low, high);
      exception when check_violation then
        execute format('alter table %I detach partition %I', parent.name, parent.rest);
        execute format('create table %I partition of %I for values from (%L) to (%L)', child, parent.name, low, high);
        execute format('with moved as (delete from %I where %I >= %L and %2$I < %4$L returning *) insert into %I select * from moved',
          parent.rest, parent.key, low, high, child);
        execute format('alter table %I attach partition %I default', parent.name, parent.rest);
      end;
    end if;
  end loop;
end
$procedure$

-- may be called by mortise_app
CREATE OR REPLACE FUNCTION mortise.erase_account(connection uuid, connection_subject text)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'mortise', 'pg_temp'
BEGIN ATOMIC
 UPDATE events SET data = (events.data - ARRAY['accountId'::text, 'accountName'::text])
   WHERE ((events.tenant_id = current_tenant()) AND (events.subject = erase_account.connection_subject) AND (events.data ?| ARRAY['accountId'::text, 'accountName'::text]));
 UPDATE audit_entries SET details = (audit_entries.details - ARRAY['accountId'::text, 'accountName'::text])
   WHERE ((audit_entries.tenant_id = current_tenant()) AND (audit_entries.subject = erase_account.connection_subject) AND (audit_entries.details ?| ARRAY['accountId'::text, 'accountName'::text]));
 DELETE FROM proxy_calls
   WHERE ((proxy_calls.tenant_id = current_tenant()) AND (proxy_calls.connection_id = erase_account.connection));
END

-- may be called by mortise_engine
CREATE OR REPLACE FUNCTION mortise.erase_events(tenant uuid, ids uuid[])
 RETURNS SETOF uuid
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'mortise', 'pg_temp'
BEGIN ATOMIC
 UPDATE events SET data = '{}'::jsonb, erased_at = now()
   WHERE ((events.tenant_id = erase_events.tenant) AND (events.id = ANY (erase_events.ids)) AND (events.erased_at IS NULL))
   RETURNING events.id;
END

-- may be called by mortise_engine
CREATE OR REPLACE FUNCTION mortise.expire_events(tenant uuid, before uuid, most integer)
 RETURNS bigint
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'mortise', 'pg_temp'
BEGIN ATOMIC
 WITH old AS MATERIALIZED (
          SELECT events.id
            FROM events
           WHERE ((events.tenant_id = expire_events.tenant) AND (events.id < expire_events.before))
           ORDER BY events.id
          LIMIT expire_events.most
         ), gone AS (
          DELETE FROM events e
            USING old
           WHERE ((e.tenant_id = expire_events.tenant) AND (e.id = old.id) AND (e.id < expire_events.before))
           RETURNING 1 AS "?column?"
         )
  SELECT count(*) AS count
    FROM gone;
END

-- may be called by mortise_app
CREATE OR REPLACE FUNCTION mortise.find_integration(integration uuid)
 RETURNS TABLE(tenant_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'mortise', 'pg_temp'
BEGIN ATOMIC
 SELECT i.tenant_id
    FROM integrations i
   WHERE (i.id = find_integration.integration);
END

-- may be called by mortise_app
CREATE OR REPLACE FUNCTION mortise.find_source(hash bytea)
 RETURNS TABLE(tenant_id uuid, id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'mortise', 'pg_temp'
BEGIN ATOMIC
 SELECT s.tenant_id,
     s.id
    FROM sources s
   WHERE (s.token_hash = find_source.hash);
END

-- may be called by mortise_app, mortise_auth
CREATE OR REPLACE FUNCTION mortise.invitation_by_token(hash bytea)
 RETURNS TABLE(tenant_id uuid, id uuid, tenant_name text, email text, role text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'mortise', 'pg_temp'
BEGIN ATOMIC
 SELECT i.tenant_id,
     i.id,
     t.name,
     i.email,
     i.role
    FROM (invitations i
      JOIN tenants t ON ((t.id = i.tenant_id)))
   WHERE ((i.token_hash = invitation_by_token.hash) AND (i.accepted_at IS NULL) AND (i.withdrawn_at IS NULL) AND (i.expires_at > now()));
END

-- may be called by mortise_app, mortise_auth
CREATE OR REPLACE FUNCTION mortise.memberships_of(person uuid)
 RETURNS TABLE(tenant_id uuid, member_id uuid, tenant_name text, role text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'mortise', 'pg_temp'
BEGIN ATOMIC
 SELECT m.tenant_id,
     m.id,
     t.name,
     m.role
    FROM (members m
      JOIN tenants t ON ((t.id = m.tenant_id)))
   WHERE (m.user_id = memberships_of.person)
   ORDER BY t.name, t.id;
END

-- may be called by public
CREATE OR REPLACE FUNCTION mortise.process_lock(process uuid)
 RETURNS bigint
 LANGUAGE sql
 IMMUTABLE
RETURN hashtextextended((process)::text, (4177)::bigint)

-- may be called by public
CREATE OR REPLACE PROCEDURE mortise.protect(IN target regclass, IN tenant_column text DEFAULT 'tenant_id'::text, IN append_only boolean DEFAULT false)
 LANGUAGE plpgsql
AS $procedure$
declare own text := format('%I = (select mortise.current_tenant())', tenant_column);
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy app_select on %s for select to mortise_app using (%s)', target, own);
  execute format('create policy app_insert on %s for insert to mortise_app with check (%s)', target, own);
  execute format('create policy engine_all on %s for all to mortise_engine using (true) with check (true)', target);
  execute format('grant select, insert on %s to mortise_app, mortise_engine', target);
  if append_only then return; end if;
  execute format('create policy app_update on %s for update to mortise_app using (%s) with check (%s)', target, own, own);
  execute format('create policy app_delete on %s for delete to mortise_app using (%s)', target, own);
  execute format('grant update, delete on %s to mortise_app, mortise_engine', target);
end
$procedure$

-- may be called by nobody
CREATE OR REPLACE FUNCTION mortise.refuse_retired_master_key()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'mortise', 'pg_temp'
AS $function$
declare retired timestamptz;
begin
  select retired_at into retired from vault_canaries where master_key_id = new.master_key_id for key share;
  if retired is not null then
    raise exception 'The master key % was rotated away: start this process with the new one', new.master_key_id;
  end if;
  return new;
end
$function$

-- may be called by public
CREATE OR REPLACE FUNCTION mortise.uuid_floor(moment timestamp with time zone)
 RETURNS uuid
 LANGUAGE sql
 IMMUTABLE
RETURN ((lpad(to_hex((GREATEST((0)::numeric, floor((EXTRACT(epoch FROM moment) * (1000)::numeric))))::bigint), 12, '0'::text) || '70008000000000000000'::text))::uuid
