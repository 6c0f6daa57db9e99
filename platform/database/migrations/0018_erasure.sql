-- Erasing: the data of events about somebody, on request, and what is past a tenant's own retention.

create table event_erasures (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  state text not null default 'queued' check (state in ('queued', 'running', 'succeeded', 'failed')),
  -- {subject} or {pointer, value}; null once it is over, since it names the one who is to be forgotten.
  selector jsonb,
  -- The newest event it covers, and how far it has come: events are walked from the oldest on.
  through uuid not null,
  walked_to uuid,
  seen bigint not null default 0,
  erased bigint not null default 0,
  error text,
  actor jsonb not null,
  trace_id uuid not null,
  requested_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (tenant_id, id),
  check ((selector is null) = (state in ('succeeded', 'failed')))
);
call protect('event_erasures');

-- The log is append-only for requests and workers. These two functions are the only ways around it, each as narrow as
-- its purpose: one blanks the data of events that are named one by one, the other removes a bounded number of a
-- tenant's oldest events before an id. The owner's policies let them through the forced wall.
create policy owner_erase on events for update to mortise_owner using (true) with check (true);
create policy owner_expire on events for delete to mortise_owner using (true);
create policy owner_look_up on events for select to mortise_owner using (true);

create function erase_events(tenant uuid, ids uuid[]) returns setof uuid
  language sql volatile security definer set search_path = mortise, pg_temp
  begin atomic
    update events set data = '{}', erased_at = now()
     where tenant_id = tenant and id = any (ids) and erased_at is null
    returning id;
  end;
create function expire_events(tenant uuid, before uuid, most int) returns bigint
  language sql volatile security definer set search_path = mortise, pg_temp
  begin atomic
    with old as materialized (
      select id from events where tenant_id = tenant and id < before order by id limit most),
    gone as (
      delete from events e using old
       where e.tenant_id = tenant and e.id = old.id and e.id < before returning 1)
    select count(*) from gone;
  end;
revoke all on function erase_events(uuid, uuid[]), expire_events(uuid, uuid, int) from public;
grant execute on function erase_events(uuid, uuid[]), expire_events(uuid, uuid, int) to mortise_engine;
