-- One row per period, model and provider, `(all)` being every one of them: how fast answers were, with 95 % intervals.
-- From streams (duration: all calls) on the model's own clock, out of log buckets within 1 %; null where too few
-- samples tell.
select
    period,
    model_id,
    provider_name,
    any_value(p50) filter (where metric = 'ttft') / 1e3 as ttft_p50_s,
    any_value(p50_low) filter (where metric = 'ttft') / 1e3 as ttft_p50_s_low,
    any_value(p50_high) filter (where metric = 'ttft') / 1e3 as ttft_p50_s_high,
    any_value(p95) filter (where metric = 'ttft') / 1e3 as ttft_p95_s,
    any_value(p95_low) filter (where metric = 'ttft') / 1e3 as ttft_p95_s_low,
    any_value(p95_high) filter (where metric = 'ttft') / 1e3 as ttft_p95_s_high,
    any_value(p99) filter (where metric = 'ttft') / 1e3 as ttft_p99_s,
    any_value(p99_low) filter (where metric = 'ttft') / 1e3 as ttft_p99_s_low,
    any_value(p99_high) filter (where metric = 'ttft') / 1e3 as ttft_p99_s_high,
    coalesce(any_value(sample_count) filter (where metric = 'ttft'), 0) as ttft_n,
    any_value(p50) filter (where metric = 'output_speed') as output_speed_p50,
    any_value(p50_low) filter (where metric = 'output_speed') as output_speed_p50_low,
    any_value(p50_high) filter (where metric = 'output_speed') as output_speed_p50_high,
    any_value(p10) filter (where metric = 'output_speed') as output_speed_p10_slow,
    any_value(p10_low) filter (where metric = 'output_speed') as output_speed_p10_slow_low,
    any_value(p10_high) filter (where metric = 'output_speed') as output_speed_p10_slow_high,
    coalesce(any_value(sample_count) filter (where metric = 'output_speed'), 0) as output_speed_n,
    any_value(p50) filter (where metric = 'duration') / 1e3 as duration_p50_s,
    any_value(p50_low) filter (where metric = 'duration') / 1e3 as duration_p50_s_low,
    any_value(p50_high) filter (where metric = 'duration') / 1e3 as duration_p50_s_high,
    any_value(p95) filter (where metric = 'duration') / 1e3 as duration_p95_s,
    any_value(p95_low) filter (where metric = 'duration') / 1e3 as duration_p95_s_low,
    any_value(p95_high) filter (where metric = 'duration') / 1e3 as duration_p95_s_high,
    coalesce(any_value(sample_count) filter (where metric = 'duration'), 0) as duration_n,
from rankings.quantiles
group by period, model_id, provider_name
