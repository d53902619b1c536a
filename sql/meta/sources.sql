-- One row per source of request logs: how much it delivered and for which hours.
select
    source,
    source = 'simulator' as is_simulated,
    cast(sum(row_count) as bigint) as row_count,
    cast(sum(request_count) as bigint) as request_count,
    min(hour) as first_hour,
    max(hour) as last_hour,
from rollups.log_totals_hourly
group by source
order by source
