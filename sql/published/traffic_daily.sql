-- One row per day, model and size of the prompt: requests by what they were like, summed.
select
    event_date,
    model_id,
    prompt_tokens_to,
    cast(sum(columns('_count$|(prompt|completion)_tokens$')) as bigint) as "\0",
from lake.traffic_hourly
group by event_date, model_id, prompt_tokens_to
