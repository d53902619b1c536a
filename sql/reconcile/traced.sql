-- One row per row of the request log in the days compared and the days on either side.
select *, cast(event_date as timestamp) + to_hours(event_hour) as hour,
from lake.near
