-- Every week, the samples of a metric add up to those of its days; over the weeks of the days just copied.
with
    copied as (select distinct date_trunc('week', event_date)::date as week_start from lake.copied_dates),

    days as (
        select date_trunc('week', event_date)::date as week_start, metric, sum(sample_count) as sample_count,
        from rollups.latency_daily
        where date_trunc('week', event_date) in (select week_start from copied)
        group by all
    ),

    weeks as (
        select week_start, metric, sum(sample_count) as sample_count,
        from rollups.latency_weekly
        where week_start in (select week_start from copied)
        group by all
    )

select week_start, metric, days.sample_count as day_count, weeks.sample_count as week_count,
from days
full join weeks using (week_start, metric)
where days.sample_count is distinct from weeks.sample_count
