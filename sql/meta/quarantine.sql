-- One row per row that is refused now (the newest 10,000): why, where, and its harmless fields. Mend the cause, then
-- podium replay; or land the mended file: the same bytes again count as a duplicate.
select batch_id, source, source_file, source_row, reason, column_name, detail, sample, utc(received_at) as received_at,
from lake.quarantine
where batch_id not in (select batches.replays_batch_id from meta.batches as batches where batches.replays_batch_id is not null)
order by received_at desc, batch_id, source_row
limit 10000
