-- One row per hour, model, provider, metric (ttft and duration in ms, output_speed in tokens/s) and 1 % bucket.
-- Only successful attempts on the model's own clock; time to first chunk and output speed of streams only.
select event_date, hour, model_id, provider_name, 'ttft' as metric, ttft_bucket as bucket, count(*) as sample_count
from lake.folded
where status = 'ok' and is_own_clock and stream and ttft_bucket is not null
group by event_date, hour, model_id, provider_name, ttft_bucket
union all
select event_date, hour, model_id, provider_name, 'output_speed' as metric, output_speed_bucket as bucket, count(*) as sample_count
from lake.folded
where status = 'ok' and is_own_clock and stream and output_speed_bucket is not null
group by event_date, hour, model_id, provider_name, output_speed_bucket
union all
select event_date, hour, model_id, provider_name, 'duration' as metric, duration_bucket as bucket, count(*) as sample_count
from lake.folded
where status = 'ok' and is_own_clock and duration_bucket is not null
group by event_date, hour, model_id, provider_name, duration_bucket
