-- One row: a reason rows or whole files of a source were refused for, and how many.
with
    batches as (
        select *
        from meta.batches
        where ($source is null or source = $source) and ($day is null or received_at::date = $day::date)
    ),

    refused as (
        select
            source,
            received_at,
            unnest(map_entries(from_json(coalesce(reasons, '{}'), '"MAP(VARCHAR, BIGINT)"')), recursive := true),
            0 as whole_files,
        from batches
        where status <> 'quarantined'
        union all
        select source, received_at, coalesce(reason, 'refused'), rows_quarantined, 1,
        from batches
        where status = 'quarantined'
    )

select
    key as reason,
    sum(value)::bigint as row_count,
    source,
    count(*) as file_count,
    sum(whole_files)::bigint as whole_file_count,
    max(received_at) as last_received_at,
from refused
group by all
order by row_count desc, reason, source
