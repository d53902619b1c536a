-- One row: the dates of a period, and since when the log covers it where that is not from its first day.
select
    period,
    start_date,
    end_date,
    end_date - 1 as last_date,
    is_complete,
    has_previous,
    coverage_days,
    end_date - start_date as period_days,
    floor(coverage_days / 7)::integer as coverage_weeks,
    end_date - coverage_days as logged_since,
    is_complete and coverage_days < end_date - start_date as is_short,
    coverage_days % 7 = 0 as is_in_weeks,
from rankings.periods
where period = $period
