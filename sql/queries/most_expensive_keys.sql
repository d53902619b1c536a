-- Which ten API keys cost the most last week?
-- One row per key (its alias or pseudonym): dollars, dollars per request, and the model that cost it most.
-- Change: dimension to app, team, category or region; period to 4w or 12w; the limit.
with
    models as (
        select
            dimension_value,
            model_id,
            sum(request_count) as requests,
            sum(cost_usd) as cost,
            sum(priced_tokens) as priced,
            coalesce(sum(input_tokens) + sum(output_tokens), sum(input_tokens), sum(output_tokens))
            - coalesce(sum(response_cache_hit_tokens), 0) as tokens,
        from rankings.dimension_usage
        inner join rankings.periods on event_date >= start_date and event_date < end_date
        where dimension = 'api_key' and period = '1w'
        group by dimension_value, model_id
    ),
    sums as (
        select
            dimension_value,
            sum(requests) as requests,
            sum(cost) as cost,
            sum(priced) as priced,
            sum(tokens) as tokens,
            arg_max(model_id, cost) as costliest_model,
            max(cost) as costliest_model_usd,
        from models
        group by dimension_value
    )
select
    dimension_value as api_key,
    cast(requests as bigint) as request_count,
    cast(cost as decimal(38, 2)) as spend_usd,
    round(cost / nullif(sum(cost) over (), 0), 4) as spend_share,
    round(coalesce(priced, 0) / nullif(tokens, 0), 4) as priced_token_share,
    costliest_model,
    cast(costliest_model_usd as decimal(38, 2)) as costliest_model_usd,
from sums
order by cost desc nulls last, api_key
limit 10
