-- One row: a source's batches, what they held and where it went; the total last. Each row must add up.
select
    coalesce(source, 'All sources') as source,
    grouping(source) = 1 as is_total,
    count(*) filter (where is_file) as file_count,
    count(*) filter (where is_file and status = 'landed') as landed_file_count,
    count(*) filter (where is_file and status = 'duplicate') as duplicate_file_count,
    count(*) filter (where is_file and status = 'quarantined') as quarantined_file_count,
    sum(rows_in)::bigint as rows_in,
    sum(rows_landed)::bigint as rows_landed,
    sum(rows_duplicate)::bigint as rows_duplicate,
    sum(rows_quarantined)::bigint as rows_quarantined,
    sum(rows_in) = sum(rows_landed) + sum(rows_duplicate) + sum(rows_quarantined) as rows_add_up,
    count(*) filter (where is_file) = count(*) filter (where is_file and status in ('landed', 'duplicate', 'quarantined')) as files_add_up,
from meta.batches
where ($source is null or source = $source) and ($day is null or received_at::date = $day::date)
group by grouping sets ((source), ())
having count(*) > 0
order by is_total, source
