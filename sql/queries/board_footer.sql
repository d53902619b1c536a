-- One row: what the last complete week's figures stand on: its dates and timezone, and how much of it has known usage, price and user.
select
    publication.reporting_timezone,
    periods.start_date,
    periods.end_date,
    periods.coverage_days,
    totals.usage_coverage_share,
    totals.pricing_coverage_share,
    totals.user_coverage_share,
from rankings.periods
left join rankings.totals on periods.period = totals.period
cross join meta.publication
where periods.period = '1w'
