-- How a webhook sends, besides where and what: method, headers, filter, transform, retries, limits (contract:
-- WebhookSettings). One document, because the pipeline reads all of it with every match and keeps what it made of it
-- by the webhook's version. What its auth keeps secret is sealed beside it.
alter table webhooks add column settings jsonb not null default '{}', add column auth_secret bytea;

-- What was sent, where it is not the event's own body: a transform made it.
alter table attempts add column request_body text;
