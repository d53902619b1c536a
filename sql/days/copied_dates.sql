-- One row per day of the reporting timezone that overlaps a UTC day whose files changed: it is copied again.
select distinct calendar.event_date
from lake.calendar as calendar
inner join
    lake.changed_dates as changed
    on calendar.starts_at < changed.utc_date + interval 1 day
    and calendar.ends_at > changed.utc_date
