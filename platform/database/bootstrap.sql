-- Run as the login of the database URL before the migrations, in one transaction: roles, and the schema that holds
-- everything. Roles belong to the whole cluster, so several databases on one cluster share them; hence "if not exists".
do $$
declare
  wanted text;
  -- From 16 on, who makes a role is a member of it that may not become it; before, a member is one who may.
  becoming text := case when current_setting('server_version_num')::int >= 160000 then 'set' else 'member' end;
begin
  foreach wanted in array array['mortise_owner', 'mortise_app', 'mortise_engine', 'mortise_auth'] loop
    if not exists (select from pg_roles where rolname = wanted) then
      begin
        execute format('create role %I nologin noinherit nobypassrls', wanted);
      exception when duplicate_object or unique_violation then
        null; -- another database of this cluster was faster
      end;
    end if;
    if exists (select from pg_roles where rolname = wanted and (rolsuper or rolbypassrls)) then
      raise exception 'role % may bypass row-level security, which is the wall between tenants', wanted;
    end if;
    if not pg_has_role(current_user, wanted, becoming) then
      begin
        execute format('grant %I to current_user', wanted);
      exception when unique_violation or internal_error then
        -- Another database of this cluster is granting the same at this moment ("tuple concurrently updated").
        if not pg_has_role(current_user, wanted, becoming) then raise; end if;
      end;
    end if;
  end loop;
  execute format('grant create, temporary on database %I to mortise_owner', current_database());
end
$$;

create schema if not exists mortise authorization mortise_owner;
-- As the owner, because the login need not inherit what its roles may do.
set local role mortise_owner;
grant usage on schema mortise to mortise_app, mortise_engine, mortise_auth;
create table mortise.migrations (
  version int primary key,
  name text not null,
  sha256 text not null,
  applied_at timestamptz not null default now()
);
