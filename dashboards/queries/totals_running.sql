-- One row: all traffic of the running week so far, without changes. The week a log began in is not whole either.
select *
from rankings.totals_weekly
where not is_complete and week_start = (select start_date from rankings.periods where period = 'to_date')
