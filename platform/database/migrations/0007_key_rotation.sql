-- Rotation of keys: a row an act, with its figures. Not a foreign key to tenants: rotations of the master key, which
-- are the operator's own, stand under the nil id.
create table key_rotations (
  tenant_id uuid not null,
  id uuid not null,
  kind text not null check (kind in ('tenant', 'master')),
  state text not null default 'queued' check (state in ('queued', 'running', 'succeeded', 'failed')),
  -- What everything is to be sealed under: the tenant's new key, known once it runs, or the id of a master key.
  key_id uuid,
  master_key_id text,
  -- What was found to be under other keys, and how much of it has been brought over or will not open.
  total bigint,
  done bigint not null default 0,
  failed bigint not null default 0,
  error text,
  actor jsonb not null,
  trace_id uuid not null,
  requested_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  primary key (tenant_id, id),
  check ((kind = 'master') = (master_key_id is not null))
);
create unique index key_rotations_one_open on key_rotations (tenant_id) where state in ('queued', 'running');
call protect('key_rotations');

-- A master key that was rotated away wraps nothing new: a process that was not restarted yet would go on with it, and
-- what it wraps would be lost with the key. The lock lets the rotation wait for whoever is just wrapping.
alter table vault_canaries add column retired_at timestamptz;
grant update (retired_at) on vault_canaries to mortise_engine;
create function refuse_retired_master_key() returns trigger
  language plpgsql security definer set search_path = mortise, pg_temp as $$
declare retired timestamptz;
begin
  select retired_at into retired from vault_canaries where master_key_id = new.master_key_id for key share;
  if retired is not null then
    raise exception 'The master key % was rotated away: start this process with the new one', new.master_key_id;
  end if;
  return new;
end
$$;
revoke all on function refuse_retired_master_key() from public;
create trigger refuse_retired_master_key before insert or update of master_key_id on vault_keys
  for each row execute function refuse_retired_master_key();
