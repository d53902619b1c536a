-- One row per row of the request log in the days compared, as the fold sees it.
select *, cast(event_date as timestamp) + to_hours(event_hour) as hour,
from lake.reconcilable
