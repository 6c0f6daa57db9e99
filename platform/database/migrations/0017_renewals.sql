-- When the token endpoint was last asked without its answer being stored here; null when nothing is open. It is set with
-- the lease, in one statement, so that whoever takes the lease next knows that the refresh token in the row may be used
-- up: the process before it died, or the answer never came.
alter table credentials add column asked_at timestamptz;
