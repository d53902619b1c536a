-- One row per day of the reporting timezone: the UTC hour it begins with, and the one the next day begins with.
-- The day of an hour is the one with hour >= starts_at and hour < ends_at. Where clocks change, a day has 23 or 25 hours.
select event_date, starts_at, ends_at, cast(date_diff('hour', starts_at, ends_at) as integer) as day_hours,
from lake.calendar
