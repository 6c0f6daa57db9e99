-- Settings of an integration's own. null is the product's default, which may then change with the product;
-- `resources` null is all that the provider has, those that a later version brings included.
alter table integrations
  add column timeout_ms int check (timeout_ms between 1000 and 120000),
  add column retries int check (retries between 0 and 10),
  add column resources text[],
  add column proxy_on boolean not null default true,
  add column webhooks_on boolean not null default true;

-- What the tenant's own people note on a connection, apart from `metadata`, which is what the provider tells of the
-- account and is written anew with each reconnection. `version` counts changes of these two alone.
alter table connections
  add column label text,
  add column own_metadata jsonb not null default '{}',
  add column version int not null default 1;

-- An erasure takes the account's id and name out of the logs, in which requests may change nothing: of one connection of
-- the tenant acted for, and nothing but these. The calls through its proxy go, because their paths may name the account.
create policy owner_read on events for select to mortise_owner using (tenant_id = (select mortise.current_tenant()));
create policy owner_erase on events for update to mortise_owner
  using (tenant_id = (select mortise.current_tenant())) with check (tenant_id = (select mortise.current_tenant()));
create policy owner_read on audit_entries for select to mortise_owner
  using (tenant_id = (select mortise.current_tenant()));
create policy owner_erase on audit_entries for update to mortise_owner
  using (tenant_id = (select mortise.current_tenant())) with check (tenant_id = (select mortise.current_tenant()));
create policy owner_read on proxy_calls for select to mortise_owner
  using (tenant_id = (select mortise.current_tenant()));
create policy owner_erase on proxy_calls for delete to mortise_owner
  using (tenant_id = (select mortise.current_tenant()));

create function erase_account(connection uuid, connection_subject text) returns void
  language sql volatile security definer set search_path = mortise, pg_temp
  begin atomic
    update events set data = data - array['accountId', 'accountName']
     where tenant_id = current_tenant() and subject = connection_subject and data ?| array['accountId', 'accountName'];
    update audit_entries set details = details - array['accountId', 'accountName']
     where tenant_id = current_tenant() and subject = connection_subject
       and details ?| array['accountId', 'accountName'];
    delete from proxy_calls where tenant_id = current_tenant() and connection_id = connection;
  end;
revoke all on function erase_account(uuid, text) from public;
grant execute on function erase_account(uuid, text) to mortise_app;
