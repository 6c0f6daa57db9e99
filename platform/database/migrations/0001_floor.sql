-- What every later table stands on: the tenant wall, partitions by time, and the tables without a tenant.

-- The tenant this transaction acts for. After a transaction-local setting a reused connection reads '' and not
-- null, hence the nullif; stable and in a sub-select, so that the planner evaluates it once a statement.
create function current_tenant() returns uuid
  language sql stable
  return nullif(current_setting('app.tenant_id', true), '')::uuid;

-- Puts a table behind the wall: requests see their own tenant's rows only, one policy a verb; the engine, which
-- batches across tenants, sees all. Forced, so that the owner is no exception. An append-only table can be read and
-- added to; what is in it nobody changes, and only retention drops it.
create procedure protect(target regclass, tenant_column text default 'tenant_id', append_only boolean default false)
  language plpgsql as $$
declare own text := format('%I = (select mortise.current_tenant())', tenant_column);
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy app_select on %s for select to mortise_app using (%s)', target, own);
  execute format('create policy app_insert on %s for insert to mortise_app with check (%s)', target, own);
  execute format('create policy engine_all on %s for all to mortise_engine using (true) with check (true)', target);
  execute format('grant select, insert on %s to mortise_app, mortise_engine', target);
  if append_only then return; end if;
  execute format('create policy app_update on %s for update to mortise_app using (%s) with check (%s)', target, own, own);
  execute format('create policy app_delete on %s for delete to mortise_app using (%s)', target, own);
  execute format('grant update, delete on %s to mortise_app, mortise_engine', target);
end
$$;

-- The least UUID (version 7) of a moment: its first 48 bits are milliseconds since 1970. Tables that grow with
-- traffic are partitioned by such ids, so that a look-up by id reads one partition and old days drop at once.
create function uuid_floor(moment timestamptz) returns uuid
  language sql immutable
  return (lpad(to_hex(greatest(0, floor(extract(epoch from moment) * 1000))::bigint), 12, '0') || '70008000000000000000')::uuid;

create table partitioned_tables (
  name text primary key,
  keep_days int not null
);

-- Makes the daily partitions of one day for every partitioned table. Safe to call from many processes at once.
-- Rows of that day that are in the default partition already, because nobody made the day in time, are moved.
-- Gives up on a lock that is busy for long, since whoever reads or writes the table queues up behind it: call again.
create procedure ensure_partitions(day date)
  language plpgsql security definer set search_path = mortise, pg_temp set lock_timeout = '3s' as $$
declare
  parent record;
  child text;
  low uuid := uuid_floor(day::timestamp at time zone 'utc');
  high uuid := uuid_floor((day + 1)::timestamp at time zone 'utc');
begin
  perform pg_advisory_xact_lock(hashtext('mortise.ensure_partitions'));
  for parent in
    select p.name, p.name || '_default' as rest, a.attname as key
      from partitioned_tables p
      join pg_partitioned_table t on t.partrelid = ('mortise.' || p.name)::regclass
      join pg_attribute a on a.attrelid = t.partrelid and a.attnum = t.partattrs[0]
     order by p.name
  loop
    child := parent.name || to_char(day, '_YYYYMMDD');
    if to_regclass('mortise.' || child) is null then
      begin
        execute format('create table %I partition of %I for values from (%L) to (%L)', child, parent.name, low, high);
      exception when check_violation then
        execute format('alter table %I detach partition %I', parent.name, parent.rest);
        execute format('create table %I partition of %I for values from (%L) to (%L)', child, parent.name, low, high);
        execute format('with moved as (delete from %I where %I >= %L and %2$I < %4$L returning *) insert into %I select * from moved',
          parent.rest, parent.key, low, high, child);
        execute format('alter table %I attach partition %I default', parent.name, parent.rest);
      end;
    end if;
  end loop;
end
$$;

-- Drops the days that retention is done with, and what is as old in the default partitions. Returns the names of
-- the partitions it dropped.
create function drop_old_partitions(today date) returns setof text
  language plpgsql security definer set search_path = mortise, pg_temp set lock_timeout = '3s' as $$
declare
  parent record;
  child text;
begin
  perform pg_advisory_xact_lock(hashtext('mortise.ensure_partitions'));
  for parent in
    select p.name, p.keep_days, p.name || '_default' as rest, a.attname as key, t.partrelid as id
      from partitioned_tables p
      join pg_partitioned_table t on t.partrelid = ('mortise.' || p.name)::regclass
      join pg_attribute a on a.attrelid = t.partrelid and a.attnum = t.partattrs[0]
     order by p.name
  loop
    for child in
      select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
       where i.inhparent = parent.id and c.relname ~ '_\d{8}$'
         and to_date(right(c.relname, 8), 'YYYYMMDD') < today - parent.keep_days
       order by c.relname
    loop
      execute format('drop table %I', child);
      return next child;
    end loop;
    execute format('delete from %I where %I < %L', parent.rest, parent.key,
      uuid_floor((today - parent.keep_days)::timestamp at time zone 'utc'));
  end loop;
end
$$;

revoke all on procedure ensure_partitions(date) from public;
revoke all on function drop_old_partitions(date) from public;
grant execute on procedure ensure_partitions(date) to mortise_engine;
grant execute on function drop_old_partitions(date) to mortise_engine;

-- One row a running process. What a process held is looked for by its id once its heartbeat stops; low_water is
-- the delivery below which all that it accepted has a result. `host` and `identity` tell, on one machine, whether
-- the process behind a pid is still the same one. A row with gone_at is being recovered, and removed after that.
create table processes (
  id uuid primary key,
  host text not null,
  pid int not null,
  identity text not null,
  role text not null,
  started_at timestamptz not null default now(),
  heartbeat_at timestamptz not null default now(),
  low_water uuid not null,
  gone_at timestamptz
);
grant select, insert, update, delete on processes to mortise_engine;
grant select (id, low_water, gone_at) on processes to mortise_app;

-- The advisory lock of a process. Transactions that write in its name share it, whoever recovers what it left
-- takes it alone: so nothing can be committed in a process's name behind its recovery.
create function process_lock(process uuid) returns bigint
  language sql immutable
  return hashtextextended(process::text, 4177);
