-- One row per hour (UTC) and source: what the request log holds and how much of it is known.
select * exclude (event_date),
from lake.log_totals_hourly
