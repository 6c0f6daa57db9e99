-- Replays of receipts that can be watched and cancelled. What came of them is added up in the commit of each batch that
-- is worked off; `dropped` is what a cancellation took out of the queue.
alter table receipt_replays
  drop constraint receipt_replays_status_check,
  add constraint receipt_replays_status_check check (status in ('running', 'done', 'cancelled', 'failed')),
  add column reason text,
  add column processed int not null default 0,
  add column failed int not null default 0,
  add column dropped int not null default 0;
create index on receipt_replays (tenant_id, source_id, id desc);
-- What came of those before was not added up; that they came to their end is known.
alter table receipt_replays no force row level security;
update receipt_replays set processed = queued where status = 'done';
alter table receipt_replays force row level security;

-- Events that were erased while deliveries of them may have been on their way: what such an attempt kept is blanked
-- once nothing is under way any more, and then the row goes. The delivery room's, written in the erasure's commit.
create table erased_events (
  tenant_id uuid not null references tenants on delete cascade,
  event_id uuid not null,
  look_at timestamptz not null,
  -- Whether nothing was under way any more when it was looked at last.
  settled_once boolean not null default false,
  primary key (tenant_id, event_id)
);
create index on erased_events (look_at);
call protect('erased_events');

-- One source's figures of 30 days, without a look at every counter of those days. It is written once an hour and name:
-- adding to a counter changes no index.
create index on counters (tenant_id, name, hour);
