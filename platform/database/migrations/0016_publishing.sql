-- Events that callers publish: who did it stands on the event itself (docs/decisions/0013), and the caller's own id for
-- it in a small table beside the log, which makes a repeat the same event.

alter table events
  -- 'operator' or the public id of a person or key; null where Mortise raised the event itself.
  add column publisher text,
  -- When its data was erased; data is {} since.
  add column erased_at timestamptz;

-- A caller's name for an event, committed with it. Not partitioned: a unique key would have to hold the day, and a
-- repeat just after midnight would find nothing. What is old is found by the event's id, which tells its time.
create table published_ids (
  tenant_id uuid not null,
  -- 'id ' and the caller's own id, or 'key ' and the Idempotency-Key.
  name text not null,
  event_id uuid not null,
  -- SHA-256 of what was published under it.
  fingerprint bytea not null,
  primary key (tenant_id, name)
);
create index on published_ids (event_id);
call protect('published_ids');

-- Types of event that a tenant has defined. Not a foreign key to tenants: those that the operator defines for all
-- tenants stand under the nil id.
create table event_types (
  tenant_id uuid not null,
  id uuid not null,
  type text not null,
  description text not null,
  schema jsonb,
  examples jsonb not null default '[]',
  archived_at timestamptz,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, type)
);
call protect('event_types');

alter table tenants
  -- Whether only types that somebody has defined may be published.
  add column strict_event_types boolean not null default false,
  -- Days that events, their deliveries and attempts are kept; null: as long as the installation keeps them.
  add column retention_days int check (retention_days between 1 and 30);
