-- What is sent to a webhook and what is not: deliveries that end without a request on purpose, signing keys of two
-- kinds, withdrawals of consent that find what waits, and how long the log of a webhook is kept.

-- Ended without a request: its transform gave nothing, or the person has not consented.
alter table attempts drop constraint attempts_outcome_check,
  add constraint attempts_outcome_check check (outcome in ('delivered', 'retrying', 'exhausted', 'skipped'));
create index attempts_skipped on attempts (tenant_id, delivery_id desc) where outcome = 'skipped';

-- What receivers verify with, where the key is a pair: no secret, so it can be read again at any time.
alter table webhook_secrets add column public_key text;

-- The purpose and the person without whose consent it is not sent; null where the webhook asks for none. Only what
-- finds the rows at a withdrawal: whether something may leave is asked right before it is sent.
alter table delivery_queue add column consent_key text;
create index on delivery_queue (tenant_id, consent_key) where consent_key is not null;

-- The delivery up to which a webhook's log has been erased, where it is kept for less than the tenant's.
alter table webhooks add column erased_to uuid;
