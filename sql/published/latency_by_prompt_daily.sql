-- One row per day, model, prompt size, metric (ttft and duration in ms, output_speed in tokens/s) and 5 % bucket: how
-- many successful attempts fell into it. For views by prompt size; rollups.latency_daily has 1 % buckets.
-- column: bucket: 5 % bucket: five 1 % buckets, (g^(5i-5), g^(5i)], g = 1.01/0.99, of ms or tokens/s
select
    event_date,
    model_id,
    prompt_tokens_to,
    metric,
    coarse_bucket(bucket) as bucket,
    cast(sum(sample_count) as bigint) as sample_count,
from lake.latency_hourly
group by event_date, model_id, prompt_tokens_to, metric, coarse_bucket(bucket)
