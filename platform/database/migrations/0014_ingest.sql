-- Sources, what arrived at them, and what came of it. Receipts are only ever appended; the queue beside them is small
-- and holds just what is to be processed: its row is written in the receipt's own commit and removed in the commit of
-- the events that the receipt led to.

create table sources (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  name text not null,
  -- Whose provider verifies and reads what arrives; null for a source that anybody may post to.
  integration_id uuid,
  status text not null check (status in ('active', 'paused')),
  -- The digest of the token in its URL, by which it is found, and the token sealed, so that the URL can be shown again.
  token_hash bytea not null unique,
  token_sealed bytea not null,
  scheme jsonb not null,
  allow text[] not null default '{}',
  max_bytes int not null,
  per_minute int not null,
  dedupe jsonb not null,
  event_type text,
  forward boolean not null,
  processor text,
  keep_days int not null,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, integration_id),
  foreign key (tenant_id, integration_id) references integrations on delete cascade
);
call protect('sources');

-- A request arrives with nothing but a token, or the id of an integration: these tell whose it is, and nothing else.
create policy owner_look_up on sources for select to mortise_owner using (true);
create function find_source(hash bytea) returns table (tenant_id uuid, id uuid)
  language sql stable security definer set search_path = mortise, pg_temp
  begin atomic
    select s.tenant_id, s.id from sources s where s.token_hash = hash;
  end;
revoke all on function find_source(bytea) from public;
grant execute on function find_source(bytea) to mortise_app;

create policy owner_look_up on integrations for select to mortise_owner using (true);
create function find_integration(integration uuid) returns table (tenant_id uuid)
  language sql stable security definer set search_path = mortise, pg_temp
  begin atomic
    select i.tenant_id from integrations i where i.id = integration;
  end;
revoke all on function find_integration(uuid) from public;
grant execute on function find_integration(uuid) to mortise_app;
create index on integrations (id);

-- connection_id: the one account whose deliveries this secret verifies, where deliveries do not say whose they are.
create table source_secrets (
  tenant_id uuid not null,
  id uuid not null,
  source_id uuid not null,
  connection_id uuid,
  sealed bytea not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, source_id) references sources on delete cascade,
  foreign key (tenant_id, connection_id) references connections on delete cascade
);
create index on source_secrets (tenant_id, source_id);
create index on source_secrets (tenant_id, connection_id);
call protect('source_secrets');

-- secret_id: which secret verified it. body is null where it was not read; of what was refused it is the beginning.
create table receipts (
  tenant_id uuid not null,
  id uuid not null,
  source_id uuid not null,
  verdict text not null check (verdict in ('accepted', 'duplicate', 'refused')),
  reason text,
  method text not null,
  path text not null,
  -- Kept as they are written: nobody searches in them.
  headers json not null,
  body bytea,
  body_bytes int not null,
  address text not null,
  secret_id uuid,
  dedupe_key text,
  duplicate_of uuid,
  trace_id uuid not null,
  received_at timestamptz not null,
  primary key (tenant_id, id)
) partition by range (id);
create index on receipts (tenant_id, source_id, id desc);
create index on receipts (tenant_id, trace_id);
create index receipts_unusual on receipts (tenant_id, verdict, id desc) where verdict <> 'accepted';
create index on receipts (tenant_id, dedupe_key) where dedupe_key is not null;
create table receipts_default partition of receipts default;
call protect('receipts');

-- What was met within its window: the unique key is what makes one of two at the same moment the first. `key` is the
-- digest of a receipt's key, or of one event in it. No foreign key: its check would be a query a receipt, and what a
-- source that is gone has left ends with its window.
create table receipt_keys (
  tenant_id uuid not null,
  source_id uuid not null,
  key bytea not null,
  receipt_id uuid not null,
  expires_at timestamptz not null,
  primary key (tenant_id, source_id, key)
);
create index on receipt_keys (expires_at);
call protect('receipt_keys');

create table receipt_replays (
  tenant_id uuid not null,
  id uuid not null,
  source_id uuid not null,
  failed_only boolean not null,
  from_id uuid not null,
  to_id uuid not null,
  status text not null check (status in ('running', 'done')),
  -- How far it has come; moved in the commit that puts what lies before it into the queue.
  after_id uuid not null,
  queued int not null default 0,
  trace_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, source_id) references sources on delete cascade
);
call protect('receipt_replays');

-- What is to be processed. A row has the id of its receipt; one with `replay`, another processing of a receipt that was
-- processed before, has an id of its own. As few indexes as will do: every request waits for each of them.
create table ingest_queue (
  tenant_id uuid not null,
  id uuid not null,
  receipt_id uuid not null,
  source_id uuid not null,
  lane text not null default 'ready' check (lane in ('ready', 'held')),
  due_at timestamptz not null,
  body_bytes int not null,
  attempts int not null default 0,
  error text,
  replay boolean not null default false,
  replay_id uuid,
  trace_id uuid not null,
  primary key (tenant_id, id)
);
create index ingest_queue_due on ingest_queue (due_at, id) where lane = 'ready';
create index on ingest_queue (tenant_id, receipt_id) where replay;
create index on ingest_queue (tenant_id, replay_id) where replay_id is not null;
call protect('ingest_queue');

-- What came of a receipt, a row for each time it was processed to an end. Partitioned by the receipt's id, so that
-- both go together.
create table receipt_outcomes (
  tenant_id uuid not null,
  receipt_id uuid not null,
  id uuid not null,
  source_id uuid not null,
  status text not null check (status in ('processed', 'failed')),
  attempts int not null,
  note text,
  event_ids uuid[] not null default '{}',
  sync_ids uuid[] not null default '{}',
  connection_ids uuid[] not null default '{}',
  replay boolean not null,
  trace_id uuid not null,
  at timestamptz not null,
  primary key (tenant_id, receipt_id, id)
) partition by range (receipt_id);
create index receipt_outcomes_failed on receipt_outcomes (tenant_id, receipt_id desc) where status = 'failed';
create table receipt_outcomes_default partition of receipt_outcomes default;
call protect('receipt_outcomes');

-- Records of which somebody said that they changed, until they are read: a row a record, so that a burst is one.
create table sync_marks (
  tenant_id uuid not null,
  sync_id uuid not null,
  external_id text not null,
  mark bigint not null,
  trace_id uuid not null,
  noted_at timestamptz not null default now(),
  primary key (tenant_id, sync_id, external_id),
  foreign key (tenant_id, sync_id) references syncs on delete cascade
);
-- Each telling draws a new number: whoever has read the record before it knows that it must be read again.
create sequence sync_mark_numbers;
grant usage on sequence sync_mark_numbers to mortise_app, mortise_engine;
call protect('sync_marks');

insert into partitioned_tables values ('receipts', 30), ('receipt_outcomes', 30);

-- False for what a source keeps in the log and from webhooks: a replay must not hand it on either.
alter table events add column forward boolean not null default true;
