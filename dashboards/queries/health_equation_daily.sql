-- One row: a source and the day its files came, what they held and where it went; the newest sixty days with files.
-- difference_count is what the equation leaves over: 0, or something is wrong.
with
    days as (
        select distinct received_at::date as received_date,
        from meta.batches
        where $day is null or received_at::date = $day::date
        order by received_date desc
        limit 60
    )

select
    received_at::date as received_date,
    source,
    sum(rows_in)::bigint as rows_in,
    sum(rows_landed)::bigint as rows_landed,
    sum(rows_duplicate)::bigint as rows_duplicate,
    sum(rows_quarantined)::bigint as rows_quarantined,
    coalesce(sum(rows_in) - sum(rows_landed) - sum(rows_duplicate) - sum(rows_quarantined), 0)::bigint as difference_count,
    difference_count = 0 as rows_add_up,
    count(*) filter (where is_file) as file_count,
    count(*) filter (where is_file and status = 'duplicate') as duplicate_file_count,
    count(*) filter (where is_file and status = 'quarantined') as quarantined_file_count,
    count(replays_batch_id) as replay_count,
from meta.batches
where received_at::date in (select received_date from days) and ($source is null or source = $source)
group by received_at::date, source
order by received_date desc, source
