-- One row per UTC hour of the days that are copied again, and its day in the reporting timezone.
select event_date, unnest(range(starts_at, ends_at, interval 1 hour)) as hour
from lake.calendar
where event_date in (select copied.event_date from lake.copied_dates as copied)
