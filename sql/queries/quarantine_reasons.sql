-- What was refused, and why?
-- One row per reason: how much input was refused because of it, whole files and single rows, and the latest example.
-- Change: the where clause, to one source.
select
    reason,
    count(*) filter (source_row is null) as file_count,
    count(source_row) as row_count,
    arg_max(source || '/' || source_file || coalesce(' row ' || source_row, ''), received_at) as latest,
    max_by(coalesce(column_name || ': ', '') || coalesce(detail, ''), received_at) as detail,
    max(received_at) as latest_at,
from
    (
        select source, source_file, source_row, reason, column_name, detail, received_at,
        from meta.quarantine
        union all
        select source, source_file, null as source_row, reason, null as column_name, detail, received_at,
        from meta.batches
        where status = 'quarantined'
    )
group by reason
order by row_count desc, file_count desc, reason
