-- What providers file a purpose under. Null: they are not told when somebody withdraws.
alter table consent_purposes
  add column provider_category text default 'communications' check (provider_category in ('communications'));

-- A notice each addressee: one that fails keeps none of the others.
alter table consent_notices
  add column addressee text not null default '',
  -- As people read it, at the time of the withdrawal.
  add column name text,
  add column connection_id uuid,
  -- By which providers may know the person, if it was given. Forgotten with the notice's end.
  add column email text,
  add column state text not null default 'waiting' check (state in ('waiting', 'told', 'unknown_person', 'ended')),
  add column created_at timestamptz not null default now(),
  add column ended_at timestamptz,
  add column next_at timestamptz;
-- The wall between tenants holds for the owner too: without this the update would see no row.
alter table consent_notices no force row level security;
update consent_notices set state = 'told' where told_at is not null;
alter table consent_notices force row level security;
alter table consent_notices
  add constraint consent_notices_told check ((state = 'told') = (told_at is not null)),
  add constraint consent_notices_email check (email is null or state = 'waiting');
alter table consent_notices drop constraint consent_notices_pkey;
alter table consent_notices add primary key (tenant_id, entry_id, teller, addressee);
