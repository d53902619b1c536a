-- One row: what the last complete week's figures stand on: its dates, and how much of it has known usage, price and user.
select
    periods.start_date,
    periods.end_date,
    periods.coverage_days,
    totals.usage_coverage_share,
    totals.pricing_coverage_share,
    totals.user_coverage_share,
from rankings.periods
left join rankings.totals on periods.period = totals.period
where periods.period = '1w'
