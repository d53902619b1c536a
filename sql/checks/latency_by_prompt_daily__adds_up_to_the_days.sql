-- Every day, the samples of a model and metric by prompt size add up to those of the day; over the days just copied.
with
    days as (
        select event_date, model_id, metric, sum(sample_count) as sample_count,
        from rollups.latency_daily
        where event_date in (select copied.event_date from lake.copied_dates as copied)
        group by all
    ),

    sizes as (
        select event_date, model_id, metric, sum(sample_count) as sample_count,
        from rollups.latency_by_prompt_daily
        where event_date in (select copied.event_date from lake.copied_dates as copied)
        group by all
    )

select event_date, model_id, metric, days.sample_count as day_count, sizes.sample_count as size_count,
from days
full join sizes using (event_date, model_id, metric)
where days.sample_count is distinct from sizes.sample_count
