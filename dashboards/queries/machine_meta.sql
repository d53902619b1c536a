-- One row: what an answer says of itself: the version, the days of its period, and how much of their traffic is known.
select
    publication.version,
    publication.as_of,
    publication.data_through,
    publication.is_simulated,
    publication.podium_version,
    periods.start_date,
    periods.end_date,
    periods.end_date - 1 as last_date,
    periods.coverage_days as days_logged,
    periods.end_date - periods.start_date as days,
    totals.usage_coverage_share,
    totals.pricing_coverage_share,
    totals.user_coverage_share,
from meta.publication as publication
left join rankings.periods as periods on periods.period = $period
left join rankings.totals as totals on totals.period = $period
