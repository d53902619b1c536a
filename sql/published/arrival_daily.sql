-- One row per day, source and lateness: how many rows arrived that many hours after their call ended, within 1 %.
select event_date, source, bucket_value(bucket) / 3600 as lateness_hours, cast(sum(row_count) as bigint) as row_count,
from lake.arrival_hourly
group by event_date, source, bucket
