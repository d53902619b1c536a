-- One row per delivered file: rows_in = rows_landed + rows_duplicate + rows_quarantined, exactly.
select
    batch_id,
    source,
    source_file,
    utc(received_at) as received_at,
    status,
    reason,
    detail,
    file_bytes,
    rows_in,
    rows_landed,
    rows_duplicate,
    rows_quarantined,
    reasons,
    len(hours) as hour_count,
    sequence as batch_sequence,
from lake.batches
order by batch_sequence
