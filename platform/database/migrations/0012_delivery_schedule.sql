-- When a delivery is sent: circuits, rate limits, order by key, and a queue whose claims are fair between tenants.

-- The circuit of a webhook, written on transitions alone; null: closed, and always has been. See core/delivery.
alter table webhooks add column circuit jsonb;

-- What the processes have taken of a webhook's rate limit, newest last: times and how many. One row a limited webhook
-- that has sent, locked by whoever takes more.
create table webhook_rates (
  tenant_id uuid not null,
  webhook_id uuid not null,
  cells jsonb not null default '[]',
  primary key (tenant_id, webhook_id),
  foreign key (tenant_id, webhook_id) references webhooks on delete cascade
);
call protect('webhook_rates');

-- Deliveries with the same key are sent one after the other, in the order of their numbers. Those without a key have
-- no number and cost nothing more than before.
alter table delivery_queue add column order_key text, add column order_number bigint;
create sequence delivery_order;
grant usage on sequence delivery_order to mortise_app, mortise_engine;

-- Only what can be claimed is in the indexes that claims read: what is claimed leaves them, what has a key is found
-- by it. `lines` is there to step from webhook to webhook, however much waits for each.
drop index delivery_queue_due;
create index delivery_queue_due on delivery_queue (lane, due_at)
  where lane <> 'held' and claimed_by is null and order_key is null;
create index delivery_queue_lines on delivery_queue (lane, tenant_id, webhook_id, due_at)
  where lane <> 'held' and claimed_by is null and order_key is null;
create index delivery_queue_order on delivery_queue (tenant_id, webhook_id, order_key, order_number)
  where lane <> 'held' and order_key is not null;

-- The kinds of work that a process takes part in, so that those who share it know how many they are.
alter table processes add column works text[] not null default '{}';
