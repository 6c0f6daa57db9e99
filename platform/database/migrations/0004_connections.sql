-- Integrations, connections, their sealed credentials, and the short-lived state of an authorisation under way.

create table integrations (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  provider text not null,
  name text not null,
  environment text not null check (environment in ('live', 'sandbox')),
  client_id text,
  client_secret bytea,
  hosts jsonb not null default '{}',
  scopes text[],
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id)
);
create index on integrations (tenant_id, provider);
call protect('integrations');

create table connections (
  tenant_id uuid not null,
  id uuid not null,
  integration_id uuid not null,
  status text not null check (status in ('connected', 'needs_reconnect', 'disconnected')),
  reason text,
  account_id text not null,
  account_name text not null,
  metadata jsonb not null default '{}',
  scopes text[] not null default '{}',
  last_used_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, integration_id, account_id),
  foreign key (tenant_id, integration_id) references integrations
);
call protect('connections');

-- One sealed token set a connection. Each write draws a new version, so that a writer who read an older one loses. They
-- come from one sequence because a count of its own would begin anew for an account that was disconnected and connected
-- again, and a writer from before could then pass for a current one. The lease lets one process at a time talk to the
-- token endpoint.
create sequence credential_versions;
grant usage on sequence credential_versions to mortise_app, mortise_engine;
create table credentials (
  tenant_id uuid not null,
  connection_id uuid not null,
  version bigint not null default nextval('credential_versions'),
  sealed bytea not null,
  expires_at timestamptz,
  refresh_at timestamptz,
  refreshed_at timestamptz,
  failures int not null default 0,
  lease_owner uuid,
  lease_until timestamptz,
  primary key (tenant_id, connection_id),
  foreign key (tenant_id, connection_id) references connections on delete cascade
);
create index on credentials (refresh_at) where refresh_at is not null;
call protect('credentials');

-- browser_hash is null while a link that the host product's backend asked for has not been opened by anybody.
create table oauth_states (
  tenant_id uuid not null,
  state_hash bytea not null unique,
  integration_id uuid not null,
  reconnect_id uuid,
  sealed bytea not null,
  browser_hash bytea,
  return_to text,
  actor jsonb not null,
  trace_id uuid not null,
  expires_at timestamptz not null,
  primary key (tenant_id, state_hash),
  foreign key (tenant_id, integration_id) references integrations on delete cascade
);
create index on oauth_states (expires_at);
call protect('oauth_states');

-- The callback arrives with nothing but the state: this tells whose it is and uses it up in the same act, so
-- that of two callbacks with one state only one goes on.
create policy owner_look_up on oauth_states for select to mortise_owner using (true);
create policy owner_consume on oauth_states for delete to mortise_owner using (true);
create function consume_oauth_state(hash bytea) returns setof oauth_states
  language sql volatile security definer set search_path = mortise, pg_temp
  begin atomic
    delete from oauth_states where state_hash = hash returning *;
  end;
revoke all on function consume_oauth_state(bytea) from public;
grant execute on function consume_oauth_state(bytea) to mortise_app;

-- A link that a backend asked for belongs to the first browser that opens it, and to no other.
create policy owner_bind on oauth_states for update to mortise_owner using (true);
create function bind_oauth_state(hash bytea, browser bytea) returns setof oauth_states
  language sql volatile security definer set search_path = mortise, pg_temp
  begin atomic
    update oauth_states set browser_hash = coalesce(browser_hash, browser) where state_hash = hash returning *;
  end;
revoke all on function bind_oauth_state(bytea, bytea) from public;
grant execute on function bind_oauth_state(bytea, bytea) to mortise_app;
