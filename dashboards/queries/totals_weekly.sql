-- One row: all traffic of a complete week the log covers, the latest twelve, oldest first.
with
    latest as (
        select totals_weekly.*
        from rankings.totals_weekly
        inner join
            rankings.windows
            on totals_weekly.week_start = windows.start_date
            and windows.period = '1w'
            and windows.is_covered
        order by totals_weekly.week_start desc
        limit 12
    )

select *
from latest
order by week_start
