-- No day, model and provider has more latency samples of a metric than rows; over the days just copied.
with
    samples as (
        select event_date, model_id, provider_name, metric, sum(sample_count) as sample_count,
        from rollups.latency_daily
        where event_date in (select copied.event_date from lake.copied_dates as copied)
        group by event_date, model_id, provider_name, metric
    )

select samples.event_date, samples.model_id, samples.provider_name, samples.metric,
from samples
inner join rollups.usage_daily as usage
    on samples.event_date = usage.event_date
    and samples.model_id = usage.model_id
    and samples.provider_name = usage.provider_name
where samples.sample_count > usage.row_count
