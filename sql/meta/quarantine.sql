-- One row per refused row (the newest 10,000): why, where, and its harmless fields. Mend the
-- cause and land the mended file: the same bytes again count as a duplicate.
select batch_id, source, source_file, source_row, reason, column_name, detail, sample, utc(received_at) as received_at,
from lake.quarantine
order by received_at desc, batch_id, source_row
limit 10000
