-- The log of what happened, who did what, the keys of the vault, and counters rolled up from the logs.

create table audit_entries (
  tenant_id uuid not null,
  id uuid not null,
  action text not null,
  actor_kind text not null,
  actor_id text,
  actor_name text not null,
  subject text,
  details jsonb not null default '{}',
  trace_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id)
) partition by range (id);
create index on audit_entries (tenant_id, subject, id desc);
create index on audit_entries (tenant_id, trace_id);
create table audit_entries_default partition of audit_entries default;
call protect('audit_entries', append_only => true);

create table events (
  tenant_id uuid not null,
  id uuid not null,
  type text not null,
  subject text,
  data jsonb not null,
  trace_id uuid not null,
  occurred_at timestamptz not null,
  delivery_count int not null,
  primary key (tenant_id, id)
) partition by range (id);
create index on events (tenant_id, type, id desc);
create index on events (tenant_id, subject, id desc);
create index on events (tenant_id, trace_id, id);
create table events_default partition of events default;
call protect('events', append_only => true);

create table vault_keys (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  wrapped bytea not null,
  master_key_id text not null,
  created_at timestamptz not null default now(),
  retired_at timestamptz,
  primary key (tenant_id, id)
);
create unique index vault_keys_current on vault_keys (tenant_id) where retired_at is null;
call protect('vault_keys');

-- A known text sealed under each master key ever used: a wrong key is noticed at start, not at the first secret.
create table vault_canaries (
  master_key_id text primary key,
  sealed bytea not null,
  created_at timestamptz not null default now()
);
grant select, insert on vault_canaries to mortise_engine;

-- Exact counts by tenant, name and hour, made from the logs by a job; counting_marks holds how far it has come.
create table counters (
  tenant_id uuid not null,
  hour timestamptz not null,
  name text not null,
  value bigint not null,
  primary key (tenant_id, hour, name)
);
call protect('counters');
create table counting_marks (
  log text primary key,
  counted_to uuid not null
);
grant select, insert, update on counting_marks to mortise_engine;
grant select on counting_marks to mortise_app;

insert into partitioned_tables values ('audit_entries', 400), ('events', 30);
