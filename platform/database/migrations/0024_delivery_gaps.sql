-- A replay walks the log once those have ended who may be writing events without having seen the webhook: the virtual
-- ids of the transactions that had looked at webhooks when it began. null: not asked yet. See core/delivery.
alter table replays add column waits_for text[];

-- How often a delivery was put back for trouble of our own since its last attempt.
alter table delivery_queue add column setbacks int not null default 0;

-- A claim's fencing number is nobody else's, also where a delivery's row in the queue is made anew. It comes round after
-- two thousand million claims.
create sequence delivery_fence as int cycle;
grant usage on sequence delivery_fence to mortise_app, mortise_engine;
