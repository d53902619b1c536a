-- One row per day, model, provider, metric (ttft and duration in ms, output_speed in tokens/s) and 1 % bucket:
-- how many successful attempts fell into it. Buckets add up over any days; percentiles never do.
select event_date, model_id, provider_name, metric, bucket, cast(sum(sample_count) as bigint) as sample_count,
from lake.latency_hourly
group by event_date, model_id, provider_name, metric, bucket
