-- One row per row of the folded hours that landed and is not counted.
select
    logged.event_date,
    cast(logged.event_date as timestamp) + to_hours(logged.event_hour) as hour,
    logged.source,
    left_out.reason,
from lake.attempts_logged as logged
inner join lake.left_out as left_out
    on logged.batch_id = left_out.batch_id
    and logged.source_row = left_out.source_row
