-- Sending again what a webhook missed: a durable job over a span of the log. `cursor_id` is how far it has come: the id
-- of an event, or of a delivery where only what failed is looked for; what it queued commits with it, so that it may
-- stop at any line. `next_at` paces it.
create table replays (
  tenant_id uuid not null,
  id uuid not null,
  webhook_id uuid not null,
  what text not null check (what in ('failed', 'missing', 'all')),
  event_types text[],
  from_at timestamptz not null,
  to_at timestamptz not null,
  per_second int not null check (per_second > 0),
  status text not null check (status in ('running', 'done', 'cancelled', 'failed')),
  reason text,
  cursor_id uuid not null,
  looked bigint not null default 0,
  queued bigint not null default 0,
  next_at timestamptz not null,
  trace_id uuid not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, webhook_id) references webhooks on delete cascade
);
create index on replays (tenant_id, webhook_id, id desc);
-- Two at once for one webhook would both make the delivery that an event lacks.
create unique index replays_running on replays (tenant_id, webhook_id) where status = 'running';
call protect('replays');

-- Which replay a delivery waits for, so that one can see it drain.
alter table delivery_queue add column replay_id uuid;
create index on delivery_queue (tenant_id, replay_id) where replay_id is not null;
