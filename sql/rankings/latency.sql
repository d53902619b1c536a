-- One row per period and model: how fast it answered, from streams and attempts whose clock was the model's own.
-- Ranked by median time to first token, quickest first; null where too few samples tell.
with
    speeds as (
        select
            period,
            model_id,
            any_value(p50) filter (where metric = 'ttft') / 1e3 as ttft_p50_s,
            any_value(p95) filter (where metric = 'ttft') / 1e3 as ttft_p95_s,
            any_value(p99) filter (where metric = 'ttft') / 1e3 as ttft_p99_s,
            coalesce(any_value(sample_count) filter (where metric = 'ttft'), 0) as ttft_n,
            any_value(p50) filter (where metric = 'output_speed') as output_speed_p50,
            any_value(p10) filter (where metric = 'output_speed') as output_speed_p10_slow,
            coalesce(any_value(sample_count) filter (where metric = 'output_speed'), 0) as output_speed_n,
            any_value(p50) filter (where metric = 'duration') / 1e3 as duration_p50_s,
            any_value(p95) filter (where metric = 'duration') / 1e3 as duration_p95_s,
            coalesce(any_value(sample_count) filter (where metric = 'duration'), 0) as duration_n,
        from rankings.quantiles
        where provider_name = '(all)'
        group by period, model_id
    )
select
    period,
    case
        when ttft_p50_s is not null
        then row_number() over (partition by period order by ttft_p50_s nulls last, model_id)
    end as rank,
    model_id,
    speeds.* exclude (period, model_id),
from speeds
