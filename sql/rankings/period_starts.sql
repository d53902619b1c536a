-- One row per published file: the first days of the latest complete 1, 4 and 12 weeks, and the day after the last of them
-- all; the latest complete day and calendar month, each with the day after it.
-- The weeks lie inside each other, so one pass over the days can sum all three.
-- column: start_1w: First day of the latest complete week [reporting timezone]
-- column: start_4w: First day of the latest complete 4 weeks [reporting timezone]
-- column: start_12w: First day of the latest complete 12 weeks [reporting timezone]
-- column: start_1d: The latest complete day [reporting timezone]
-- column: end_1d: The day after it [reporting timezone]
-- column: start_1mo: First day of the latest complete month [reporting timezone]
-- column: end_1mo: The day after its last [reporting timezone]
select
    any_value(start_date) filter (where period = '1w') as start_1w,
    any_value(start_date) filter (where period = '4w') as start_4w,
    any_value(start_date) filter (where period = '12w') as start_12w,
    any_value(end_date) filter (where period = '1w') as end_date,
    any_value(start_date) filter (where period = '1d') as start_1d,
    any_value(end_date) filter (where period = '1d') as end_1d,
    any_value(start_date) filter (where period = '1mo') as start_1mo,
    any_value(end_date) filter (where period = '1mo') as end_1mo,
from rankings.periods
where is_complete
