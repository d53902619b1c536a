-- One row per hour the staged rows touch, and over how many of the chunks that landing writes it is scattered.
-- Instants beyond the contract's are refused later; some could not even be told to Python.
select
    date_trunc('hour', utc(start_time)) as hour,
    count(distinct place // $rows_per_chunk) as chunk_count,
from landing.staged
where start_time between timestamptz '2000-01-01 00:00:00+00' and timestamptz '2200-01-01 00:00:00+00'
group by all
order by hour
