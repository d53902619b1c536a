-- One row per hour the staged rows touch, and over how many of the chunks that landing writes it is scattered.
select
    date_trunc('hour', utc(start_time)) as hour,
    count(distinct place // $rows_per_chunk) as chunk_count,
from landing.staged
where start_time is not null
group by all
order by hour
