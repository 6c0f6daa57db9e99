-- Syncs, their runs, and the records they hold.

create table syncs (
  tenant_id uuid not null,
  id uuid not null,
  connection_id uuid not null,
  resource text not null,
  every_minutes int,
  status text not null check (status in ('active', 'paused')),
  -- How far this sync has come over all runs: provider time up to which changes are known, kept by whole runs only.
  watermark timestamptz,
  -- When a full run last succeeded: what a provider only stops mentioning is found by full runs alone.
  full_at timestamptz,
  record_count bigint not null default 0,
  next_run_at timestamptz,
  version int not null default 1,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, connection_id, resource),
  foreign key (tenant_id, connection_id) references connections on delete cascade
);
create index on syncs (next_run_at) where next_run_at is not null;
call protect('syncs');

create table sync_runs (
  tenant_id uuid not null,
  id uuid not null,
  sync_id uuid not null,
  mode text not null check (mode in ('full', 'incremental')),
  trigger text not null,
  status text not null check (status in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
  -- Where the next page begins; committed together with the page's records.
  checkpoint jsonb not null default '{}',
  pages int not null default 0,
  fetched bigint not null default 0,
  expected bigint,
  created bigint not null default 0,
  updated bigint not null default 0,
  deleted bigint not null default 0,
  unchanged bigint not null default 0,
  attempts int not null default 0,
  error text,
  cancel_requested boolean not null default false,
  -- Who runs it, and the number that a page commit must still match: a process that was taken for dead and comes
  -- back cannot write into a run that another has taken up.
  owner uuid,
  fence int not null default 0,
  trace_id uuid not null,
  requested_at timestamptz not null default now(),
  -- A queued run should be under way by then; one that long is not has lost its job.
  due_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, sync_id) references syncs on delete cascade
);
create index on sync_runs (tenant_id, sync_id, id desc);
create index on sync_runs (tenant_id, trace_id);
create unique index sync_runs_one_open on sync_runs (tenant_id, sync_id) where status in ('queued', 'running');
create index sync_runs_open on sync_runs (owner) where status in ('queued', 'running');
call protect('sync_runs');

-- What a full run has met so far, a row a page: what is held and not in here is gone at the provider. Apart from the
-- records, so that a run that finds nothing new rewrites none of them; logged, because after a crash of the database
-- an emptied list beside a surviving checkpoint would read as "all is gone". Removed when the run ends.
create table sync_run_met (
  tenant_id uuid not null,
  run_id uuid not null,
  page int not null,
  external_ids text[] not null,
  primary key (tenant_id, run_id, page),
  foreign key (tenant_id, run_id) references sync_runs on delete cascade
);
call protect('sync_run_met');

-- Records of the provider that could not be read, each with the reason, until they can be. The key is the external
-- id, or a hash of the raw record where not even that could be read.
create table quarantine (
  tenant_id uuid not null,
  sync_id uuid not null,
  key text not null,
  external_id text,
  reason text not null,
  raw jsonb not null,
  run_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, sync_id, key),
  foreign key (tenant_id, sync_id) references syncs on delete cascade
);
call protect('quarantine');

-- The order of changes: one number a tenant, taken under its row's lock in the transaction that writes the
-- change, so that whoever reads up to a number has missed nothing below it.
create table change_sequences (
  tenant_id uuid primary key references tenants on delete cascade,
  last bigint not null default 0
);
call protect('change_sequences');

create table records (
  tenant_id uuid not null,
  id uuid not null,
  sync_id uuid not null,
  external_id text not null,
  title text not null,
  subtitle text,
  hash bytea not null,
  data jsonb not null,
  seq bigint not null,
  deleted_at timestamptz,
  first_seen_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, sync_id, external_id)
);
-- No foreign key to syncs: its check, a query a row, would be a fifth of a first load. A page is written under the
-- lock of its run, and a run goes with its sync, so nothing is written for a sync that is gone; what it held goes so:
create function delete_records_of_sync() returns trigger
  language plpgsql as $$
begin
  delete from mortise.records where tenant_id = old.tenant_id and sync_id = old.id;
  return null;
end
$$;
-- Named to fire after the cascade to sync_runs, whose row lock waits for a page that is being written.
create trigger zz_delete_records after delete on syncs for each row execute function delete_records_of_sync();
create unique index on records (tenant_id, seq);
-- Partial only in name (every seq is above 0): a query that does not speak of seq cannot use it. Else, while a table
-- that fills up has no statistics yet, the planner takes it for look-ups by external id and reads the whole sync.
create index on records (tenant_id, sync_id, seq desc) where seq > 0;
call protect('records');
