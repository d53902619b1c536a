-- One row per hour, source and reason: how many rows of the request log are not counted. 'superseded': another version
-- of the same attempt counts; 'nested': the call inside this one tells the same call again, and counts.
select event_date, hour, source, reason, count(*) as row_count
from lake.uncounted
group by event_date, hour, source, reason
