-- One row per item of the Activity that can not be compared, and its first fault.
with
    judged as (
        select
            rowid + 1 as item,
            case
                when try_cast(date as date) is null
                then 'date is no day'
                when coalesce(model, '') = ''
                then 'model is missing'
                when not coalesce(requests >= 0 and requests < 1e15 and requests = trunc(requests), false)
                then 'requests is no count'
                when not coalesce(prompt_tokens >= 0 and prompt_tokens < 1e18, false)
                then 'prompt_tokens is no count'
                when not coalesce(completion_tokens >= 0 and completion_tokens < 1e18, false)
                then 'completion_tokens is no count'
                when not coalesce(reasoning_tokens >= 0 and reasoning_tokens < 1e18, true)
                then 'reasoning_tokens is no count'
                when not coalesce(usage >= 0 and usage < 1e9, false)
                then 'usage is no amount of USD'
                when not coalesce(byok_usage_inference >= 0 and byok_usage_inference < 1e9, true)
                then 'byok_usage_inference is no amount of USD'
            end as fault,
        from reconcile.activity
    )

select item, fault,
from judged
where fault is not null
order by item
