-- Who may send how much of a provider's rate limit: one row a budget, of a connection or of an OAuth client that
-- several tenants share, hence without a tenant and for the engine alone. `ledger` is core/connections/judge-slots.ts's
-- to read; after `stale_at` nothing in it means anything any more.
create table rate_budgets (
  name text primary key,
  ledger jsonb not null,
  stale_at timestamptz not null
);
create index on rate_budgets (stale_at);
grant select, insert, update, delete on rate_budgets to mortise_engine;
