-- One row per ISO week (Monday), model, provider, metric (ttft and duration in ms, output_speed in tokens/s) and
-- 1 % bucket: the daily latency, summed. Rankings over months read a quarter of the rows.
select
    date_trunc('week', event_date)::date as week_start,
    model_id,
    provider_name,
    metric,
    bucket,
    cast(sum(sample_count) as bigint) as sample_count,
from rollups.latency_daily
where week_start in (select date_trunc('week', copied.event_date) from lake.copied_dates as copied)
group by all
