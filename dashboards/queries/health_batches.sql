-- One row: a delivered file and what became of it, the latest hundred.
select
    received_at,
    source,
    source_file,
    [status] as status,
    rows_in,
    rows_landed,
    rows_duplicate,
    rows_quarantined,
    concat_ws(': ', reason, detail) as why,
    left(batch_id, 12) as batch,
from meta.batches
where ($source is null or source = $source) and ($day is null or received_at::date = $day::date)
order by received_at desc, source_file
limit 100
