-- One row per day, model and provider: the hourly usage, summed.
select
    event_date,
    model_id,
    provider_name,
    cast(sum(columns('_count$|_tokens$')) as bigint) as "\0",
    cast(sum(columns('_usd$')) as decimal(38, 10)) as "\0",
from lake.usage_hourly
group by event_date, model_id, provider_name
