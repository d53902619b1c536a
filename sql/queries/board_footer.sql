-- What do last week's figures stand on?
-- One row: the dates and timezone of the last complete week, and how much of it has known usage, price and user.
-- Change: period to 4w or 12w.
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
