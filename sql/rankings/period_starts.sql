-- One row per published file: the first days of the latest complete 1, 4 and 12 weeks, and the day after the last of them all.
-- Each lies inside the next, so one pass over the days can sum all three.
-- column: start_1w: First day of the latest complete week [UTC]
-- column: start_4w: First day of the latest complete 4 weeks [UTC]
-- column: start_12w: First day of the latest complete 12 weeks [UTC]
select
    any_value(start_date) filter (where period = '1w') as start_1w,
    any_value(start_date) filter (where period = '4w') as start_4w,
    any_value(start_date) filter (where period = '12w') as start_12w,
    any_value(end_date) as end_date,
from rankings.periods
where is_complete
