-- One row per UTC day and model of the Activity, beside those of the log. What a key of one's own cost at the provider
-- is part of the cost, as in the log.
select
    cast(activity.date as date) as event_date,
    'activity' as source,
    names.model_id,
    cast(sum(activity.requests) as bigint) as request_count,
    cast(sum(activity.prompt_tokens) as bigint) as input_tokens,
    cast(sum(activity.completion_tokens) as bigint) as output_tokens,
    cast(sum(activity.reasoning_tokens) as bigint) as reasoning_output_tokens,
    cast(sum(to_usd(activity.usage + coalesce(activity.byok_usage_inference, 0))) as decimal(38, 10)) as cost_usd,
from reconcile.activity as activity
inner join reconcile.names as names on activity.model = names.model_raw
group by cast(activity.date as date), names.model_id
