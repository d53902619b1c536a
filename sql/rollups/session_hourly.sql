-- One row per hour (UTC), app, model and session (conversation_id) that the log names: its requests and what they cost.
-- Its parts in other hours are rows of their own; sessions that the log does not name are not in it.
select
    event_date,
    hour,
    app_name,
    model_id,
    conversation_id as session_id,
    count(case when is_final then 1 end) as request_count,
    cast(sum(billed_usd) as decimal(38, 10)) as cost_usd,
    count(case when status <> 'error' and billed_usd is null then 1 end) as unpriced_count,
from lake.folded
where conversation_id is not null
group by event_date, hour, app_name, model_id, conversation_id
