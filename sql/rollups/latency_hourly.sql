-- One row per hour, model, provider, prompt size, metric (ttft and duration in ms, output_speed in tokens/s) and 1 %
-- bucket.
-- Only successful attempts on the model's own clock; time to first chunk and output speed of streams only.
select
    event_date,
    hour,
    model_id,
    provider_name,
    prompt_tokens_to,
    case when grouping(ttft) = 0 then 'ttft' when grouping(output_speed) = 0 then 'output_speed' else 'duration' end as metric,
    coalesce(ttft, output_speed, duration) as bucket,
    count(*) as sample_count,
from (
    select
        event_date,
        hour,
        model_id,
        provider_name,
        prompt_tokens_to,
        case when stream then ttft_bucket end as ttft,
        case when stream then output_speed_bucket end as output_speed,
        duration_bucket as duration,
    from lake.folded
    where status = 'ok' and is_own_clock
)
group by
    grouping sets (
        (event_date, hour, model_id, provider_name, prompt_tokens_to, ttft),
        (event_date, hour, model_id, provider_name, prompt_tokens_to, output_speed),
        (event_date, hour, model_id, provider_name, prompt_tokens_to, duration)
    )
having coalesce(ttft, output_speed, duration) is not null
