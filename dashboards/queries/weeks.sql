-- One row: a week charts show, oldest first; is_whole is false for the running week and for one the log began in.
select
    start_date as week_start,
    strftime(start_date, '%-d %b') as week,
    is_complete,
    is_complete and is_covered as is_whole,
from rankings.windows
where (period = '1w' or period = 'to_date') and end_date > (select min(event_date) from rollups.usage_daily)
order by start_date
