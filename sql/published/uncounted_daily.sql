-- One row per day, source and reason: how many landed rows are not counted. 'superseded': another version of the
-- same attempt counts; 'nested': the call inside this one tells the same call again, and counts.
select event_date, source, reason, cast(sum(row_count) as bigint) as row_count,
from lake.uncounted_hourly
group by event_date, source, reason
