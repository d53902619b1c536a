-- What do we use models for?
-- One row per category the log names: its part of the last four complete weeks' requests, tokens and dollars, and its
-- most
-- used model. `(unknown)` is traffic the log says nothing of.
-- Change: dimension to team, app, api_key, category or region; period to 1w or 12w.
with
    models as (
        select
            dimension_value,
            model_id,
            sum(request_count) as requests,
            sum(cost_usd) as cost,
            coalesce(sum(input_tokens) + sum(output_tokens), sum(input_tokens), sum(output_tokens))
            - coalesce(sum(response_cache_hit_tokens), 0) as tokens,
        from rankings.dimension_usage
        inner join rankings.periods on event_date >= start_date and event_date < end_date
        where dimension = 'category' and period = '4w'
        group by dimension_value, model_id
    ),
    sums as (
        select
            dimension_value,
            sum(requests) as requests,
            sum(tokens) as tokens,
            sum(cost) as cost,
            arg_max(model_id, (requests, model_id)) as most_used_model,
        from models
        group by dimension_value
    )
select
    dimension_value as category,
    cast(requests as bigint) as request_count,
    round(requests / nullif(sum(requests) over (), 0), 4) as request_share,
    cast(tokens as bigint) as total_tokens,
    round(tokens / nullif(sum(tokens) over (), 0), 4) as token_share,
    cast(cost as decimal(38, 2)) as spend_usd,
    round(cost / nullif(sum(cost) over (), 0), 4) as spend_share,
    most_used_model,
from sums
order by request_count desc, category
