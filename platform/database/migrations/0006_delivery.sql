-- Webhooks and what is bound for them. Deliveries and attempts are only ever appended; the queue beside them is
-- small and holds just what waits: retries, what was held while a webhook was paused, what a dead process left.
-- At any time a delivery has a last attempt that ends it, or a row in the queue, or is in the memory of the process
-- that accepted it and whose row in `processes` stands.

create table webhooks (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  name text not null,
  url text not null,
  events text[] not null,
  status text not null check (status in ('active', 'paused', 'disabled')),
  reason text,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- Kept for the log, which names it; its secrets are gone.
  deleted_at timestamptz,
  primary key (tenant_id, id)
);
call protect('webhooks');

create table webhook_secrets (
  tenant_id uuid not null,
  id uuid not null,
  webhook_id uuid not null,
  sealed bytea not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, webhook_id) references webhooks on delete cascade
);
create index on webhook_secrets (tenant_id, webhook_id);
call protect('webhook_secrets');

create table deliveries (
  tenant_id uuid not null,
  id uuid not null,
  event_id uuid not null,
  webhook_id uuid not null,
  accepted_by uuid,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id)
) partition by range (id);
create index on deliveries (tenant_id, webhook_id, id desc);
create index on deliveries (tenant_id, event_id);
create index on deliveries (accepted_by, id);
create table deliveries_default partition of deliveries default;
call protect('deliveries');

-- Keyed by the delivery, partitioned by its id, so that a day's deliveries and their attempts go together.
create table attempts (
  tenant_id uuid not null,
  delivery_id uuid not null,
  number int not null,
  webhook_id uuid not null,
  outcome text not null check (outcome in ('delivered', 'retrying', 'exhausted')),
  status_code int,
  error text,
  request_headers jsonb not null,
  response_headers jsonb,
  response_body text,
  duration_ms real not null,
  started_at timestamptz not null,
  next_attempt_at timestamptz,
  process_id uuid not null,
  primary key (tenant_id, delivery_id, number)
) partition by range (delivery_id);
create index attempts_exhausted on attempts (tenant_id, delivery_id desc) where outcome = 'exhausted';
create table attempts_default partition of attempts default;
call protect('attempts');

create table delivery_queue (
  tenant_id uuid not null,
  delivery_id uuid not null,
  webhook_id uuid not null,
  due_at timestamptz not null,
  attempt int not null,
  lane text not null check (lane in ('first', 'retry', 'held')),
  claimed_by uuid,
  claimed_until timestamptz,
  fence int not null default 0,
  primary key (tenant_id, delivery_id)
);
create index delivery_queue_due on delivery_queue (lane, due_at) where lane <> 'held';
create index on delivery_queue (tenant_id, webhook_id);
create index on delivery_queue (claimed_by) where claimed_by is not null;
call protect('delivery_queue');

insert into partitioned_tables values ('deliveries', 30), ('attempts', 30);
