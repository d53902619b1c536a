-- One row per hour of these UTC days, whose event_date is that very day.
select event_date, unnest(range(event_date, event_date + interval 1 day, interval 1 hour)) as hour
from (select cast(unnest($dates) as date) as event_date)
