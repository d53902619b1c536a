-- One row per hour, user (pseudonym; NULL where the log names none) and model.
select
    event_date,
    hour,
    user_id,
    model_id,
    count(case when is_final then 1 end) as request_count,
    count(case when is_final and status = 'ok' then 1 end) as ok_count,
    cast(sum(case when not response_cache_hit then tokens_both end) as bigint) as total_tokens,
    cast(sum(billed_usd) as decimal(38, 10)) as cost_usd,
    cast(sum(case when billed_usd is not null and not response_cache_hit then tokens_both end) as bigint) as priced_tokens,
    cast(sum(case when tokens_both is not null and not response_cache_hit then billed_usd end) as decimal(38, 10)) as priced_cost_usd,
from lake.folded
group by event_date, hour, user_id, model_id
