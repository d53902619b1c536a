-- One row per day, source and model: a request counts for the model that ended it, tokens and dollars where they
-- were used. A source that never tells a figure has NULL.
with
    outcomes as (
        select
            event_date,
            source,
            request_id,
            arg_max(model_id, row(status <> 'error', coalesce(end_time, start_time), attempt_id)) as model_id,
        from lake.compared
        group by event_date, source, request_id
    ),

    parts as (
        select event_date, source, model_id, count(*) as request_count,
        from outcomes
        group by event_date, source, model_id
        union all by name
        select
            event_date,
            source,
            model_id,
            sum(input_tokens) as input_tokens,
            sum(output_tokens) as output_tokens,
            sum(reasoning_output_tokens) as reasoning_output_tokens,
            sum(cost_usd) as cost_usd,
        from lake.compared
        group by event_date, source, model_id
    )

select
    event_date,
    source,
    model_id,
    cast(coalesce(sum(request_count), 0) as bigint) as request_count,
    cast(sum(input_tokens) as bigint) as input_tokens,
    cast(sum(output_tokens) as bigint) as output_tokens,
    cast(sum(reasoning_output_tokens) as bigint) as reasoning_output_tokens,
    cast(sum(cost_usd) as decimal(38, 10)) as cost_usd,
from parts
group by event_date, source, model_id
