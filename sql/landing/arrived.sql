-- One row per hour the staged rows touch.
select date_trunc('hour', utc(start_time)) as hour, count(*) as row_count,
from landing.staged
where start_time is not null
group by all
order by hour
