-- People (kept by the sign-in library as role mortise_auth) and tenants with their members (ours, behind the wall).

create table auth_users (
  id uuid primary key,
  name text not null,
  email text not null unique,
  email_verified boolean not null default false,
  image text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create table auth_sessions (
  id uuid primary key,
  user_id uuid not null references auth_users on delete cascade,
  token text not null unique,
  expires_at timestamptz not null,
  ip_address text,
  user_agent text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index on auth_sessions (user_id);
create table auth_accounts (
  id uuid primary key,
  user_id uuid not null references auth_users on delete cascade,
  account_id text not null,
  provider_id text not null,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  password text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index on auth_accounts (user_id);
create table auth_verifications (
  id uuid primary key,
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index on auth_verifications (identifier);
create table auth_rate_limits (
  id uuid primary key,
  key text not null unique,
  count int not null,
  last_request bigint not null
);
grant select, insert, update, delete on auth_users, auth_sessions, auth_accounts, auth_verifications, auth_rate_limits
  to mortise_auth;

create table tenants (
  id uuid primary key,
  name text not null,
  external_id text unique,
  version int not null default 1,
  created_at timestamptz not null default now()
);
call protect('tenants', 'id');

create table members (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  user_id uuid not null references auth_users on delete cascade,
  role text not null check (role in ('viewer', 'developer', 'admin', 'owner')),
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, user_id)
);
create index on members (user_id);
call protect('members');

create table invitations (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  email text not null,
  role text not null check (role in ('viewer', 'developer', 'admin', 'owner')),
  token_hash bytea not null unique,
  expires_at timestamptz not null,
  accepted_at timestamptz,
  withdrawn_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id)
);
call protect('invitations');

-- Requests may read the names of the people who are members of their own tenant, and nothing else of a person:
-- the inner select is itself behind the members' wall.
alter table auth_users enable row level security;
alter table auth_users force row level security;
create policy auth_all on auth_users for all to mortise_auth using (true) with check (true);
create policy app_members on auth_users for select to mortise_app using (id in (select user_id from mortise.members));
create policy engine_read on auth_users for select to mortise_engine using (true);
grant select (id, name, email) on auth_users to mortise_app, mortise_engine;

-- Looked up before the tenant is known, so each by one narrow function. The owner's select policy is what lets
-- them see through the forced wall.
create policy owner_look_up on members for select to mortise_owner using (true);
create policy owner_look_up on tenants for select to mortise_owner using (true);
create policy owner_look_up on invitations for select to mortise_owner using (true);

create function memberships_of(person uuid) returns table (tenant_id uuid, member_id uuid, tenant_name text, role text)
  language sql stable security definer set search_path = mortise, pg_temp
  begin atomic
    select m.tenant_id, m.id, t.name, m.role
      from members m join tenants t on t.id = m.tenant_id
     where m.user_id = person order by t.name, t.id;
  end;
create function invitation_by_token(hash bytea)
  returns table (tenant_id uuid, id uuid, tenant_name text, email text, role text)
  language sql stable security definer set search_path = mortise, pg_temp
  begin atomic
    select i.tenant_id, i.id, t.name, i.email, i.role
      from invitations i join tenants t on t.id = i.tenant_id
     where i.token_hash = hash and i.accepted_at is null and i.withdrawn_at is null and i.expires_at > now();
  end;
revoke all on function memberships_of(uuid), invitation_by_token(bytea) from public;
grant execute on function memberships_of(uuid), invitation_by_token(bytea) to mortise_app, mortise_auth;

-- The one-time link for the first owner. No tenant yet, so it belongs to the role that makes people.
create table setup_links (
  token_hash bytea primary key,
  expires_at timestamptz not null,
  used_at timestamptz
);
grant select, insert, update, delete on setup_links to mortise_auth;

-- Answers kept by Idempotency-Key, sealed, since an answer may hold a secret that is shown once. Not a foreign key to
-- tenants: an operator's own creates stand under the nil id, in plain.
create table idempotency_keys (
  tenant_id uuid not null,
  key text not null,
  fingerprint bytea not null,
  status int not null,
  headers jsonb not null,
  response bytea,
  created_at timestamptz not null default now(),
  primary key (tenant_id, key)
);
create index on idempotency_keys (created_at);
call protect('idempotency_keys');
