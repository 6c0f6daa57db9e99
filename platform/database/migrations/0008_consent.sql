-- Purposes, the texts people were shown, and the ledger of grants and withdrawals. Texts and ledger are only ever
-- added to; `consents` holds, a row a person and purpose, the outcome of their last line in the ledger.

create table consent_purposes (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  key text not null,
  name text not null,
  legal_basis text not null check (legal_basis in ('consent', 'explicit_consent', 'contract', 'legal_obligation',
    'vital_interests', 'public_task', 'legitimate_interests')),
  text_version int not null default 1,
  -- Grants of a text before this one no longer hold.
  least_text_version int not null default 1 check (least_text_version between 1 and text_version),
  archived_at timestamptz,
  version int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, key)
);
call protect('consent_purposes');

create table consent_texts (
  tenant_id uuid not null,
  purpose_id uuid not null,
  version int not null,
  texts jsonb not null,
  requires_renewal boolean not null,
  published_at timestamptz not null,
  published_by text not null,
  primary key (tenant_id, purpose_id, version),
  foreign key (tenant_id, purpose_id) references consent_purposes on delete cascade
);
call protect('consent_texts', append_only => true);

-- A grant is withdrawn once and replaced once at most: two writers who both missed each other's line fail here,
-- whatever they locked.
create table consent_entries (
  tenant_id uuid not null,
  id uuid not null,
  kind text not null check (kind in ('granted', 'withdrawn')),
  withdraws uuid,
  replaces uuid,
  purpose_id uuid not null,
  text_version int not null,
  subject_id text not null,
  at timestamptz not null,
  expires_at timestamptz,
  evidence jsonb not null default '{}',
  reason text,
  stopped int not null default 0,
  actor_kind text not null,
  actor_id text,
  actor_name text not null,
  trace_id uuid not null,
  primary key (tenant_id, id),
  check ((kind = 'withdrawn') = (withdraws is not null)),
  check (kind = 'granted' or (replaces is null and expires_at is null)),
  foreign key (tenant_id, purpose_id, text_version) references consent_texts on delete cascade,
  foreign key (tenant_id, withdraws) references consent_entries on delete cascade,
  foreign key (tenant_id, replaces) references consent_entries on delete cascade
);
create index on consent_entries (tenant_id, subject_id, id desc);
create index on consent_entries (tenant_id, purpose_id, id desc);
create unique index consent_entries_withdraws on consent_entries (tenant_id, withdraws) where withdraws is not null;
create unique index consent_entries_replaces on consent_entries (tenant_id, replaces) where replaces is not null;
call protect('consent_entries', append_only => true);

-- Its key is what makes a grant in force the only one of a person and purpose, and its row is what the gate and a
-- withdrawal lock against each other. grant_id is null only between the two statements of the first grant.
create table consents (
  tenant_id uuid not null,
  purpose_id uuid not null,
  subject_id text not null,
  grant_id uuid,
  text_version int,
  expires_at timestamptz,
  withdrawn_at timestamptz,
  primary key (tenant_id, purpose_id, subject_id),
  foreign key (tenant_id, purpose_id) references consent_purposes on delete cascade,
  foreign key (tenant_id, grant_id) references consent_entries on delete cascade
);
call protect('consents');

-- Whom a withdrawal is to be told, and how far that has come.
create table consent_notices (
  tenant_id uuid not null,
  entry_id uuid not null,
  teller text not null,
  attempts int not null default 0,
  told_at timestamptz,
  error text,
  primary key (tenant_id, entry_id, teller),
  foreign key (tenant_id, entry_id) references consent_entries on delete cascade
);
call protect('consent_notices');
