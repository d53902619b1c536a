-- One row per hour the staged rows touch, and how far apart in the file they stand.
select
    date_trunc('hour', utc(start_time)) as hour,
    count(*) as row_count,
    max(place) - min(place) + 1 as reach,
from landing.staged
where start_time is not null
group by all
order by hour
