-- One row: an hour of the day (UTC) in a period: time to first token in seconds, from 5 % buckets.
select
    hour_of_day,
    lpad(hour_of_day::varchar, 2, '0') as label,
    p50 / 1e3 as p50_s,
    p50_low / 1e3 as low_s,
    p50_high / 1e3 as high_s,
    p95 / 1e3 as p95_s,
    sample_count::double as n,
from rankings.speed_by_hour
where period = $period and metric = 'ttft' and p50 is not null
order by hour_of_day
