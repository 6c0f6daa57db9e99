-- What became of a webhook's attempts, by the hour: sums that processes gather and add every few seconds, so that
-- neither a page counts the log's rows nor an attempt pays for a counter.
create table webhook_hours (
  tenant_id uuid not null,
  webhook_id uuid not null,
  hour timestamptz not null,
  delivered bigint not null,
  failed bigint not null,
  retried bigint not null,
  skipped bigint not null,
  -- Of attempts that were answered or timed out.
  requests bigint not null,
  duration_ms double precision not null,
  longest_ms real not null,
  primary key (tenant_id, webhook_id, hour),
  foreign key (tenant_id, webhook_id) references webhooks on delete cascade
);
create index on webhook_hours (hour);
call protect('webhook_hours');
