-- What was asked of providers through the proxy: one row a call, whatever came of it. `path` is as the caller gave it,
-- with the names of its query and none of the values, which may be secrets. status is null when the provider gave no
-- answer, and `error` then says why; both are there for an answer that broke off.
create table proxy_calls (
  tenant_id uuid not null,
  id uuid not null,
  connection_id uuid not null,
  method text not null,
  path text not null check (length(path) <= 600),
  status int,
  error text,
  attempts int not null,
  duration_ms double precision not null,
  request_bytes bigint not null,
  response_bytes bigint not null,
  actor_kind text not null,
  actor_id text,
  actor_name text not null,
  trace_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id)
) partition by range (id);
create index on proxy_calls (tenant_id, connection_id, id desc);
create index on proxy_calls (tenant_id, trace_id);
create table proxy_calls_default partition of proxy_calls default;
call protect('proxy_calls', append_only => true);

insert into partitioned_tables values ('proxy_calls', 30);
