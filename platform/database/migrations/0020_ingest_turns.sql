-- Tenants take turns at the queue of receipts, so that one's flood keeps nobody else waiting: what is due is sought
-- tenant by tenant. In place of the index over all of them, since every request waits for each there is.
drop index ingest_queue_due;
create index ingest_queue_due on ingest_queue (tenant_id, due_at, id) where lane = 'ready';
