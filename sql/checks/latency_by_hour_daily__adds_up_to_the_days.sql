-- Every day, the samples of a metric by hour add up to those of the day; over the days just copied.
with
    days as (
        select event_date, metric, sum(sample_count) as sample_count,
        from rollups.latency_daily
        where event_date in (select copied.event_date from lake.copied_dates as copied)
        group by all
    ),

    hours as (
        select event_date, metric, sum(sample_count) as sample_count,
        from rollups.latency_by_hour_daily
        where event_date in (select copied.event_date from lake.copied_dates as copied)
        group by all
    )

select event_date, metric, days.sample_count as day_count, hours.sample_count as hour_count,
from days
full join hours using (event_date, metric)
where days.sample_count is distinct from hours.sample_count
