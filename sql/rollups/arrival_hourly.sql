-- One row per hour, source and 1 % bucket of lateness (seconds from a call's end to its log's arrival): how many rows.
select event_date, hour, source, lateness_bucket as bucket, count(*) as row_count
from lake.folded
group by event_date, hour, source, lateness_bucket
