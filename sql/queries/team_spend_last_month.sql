-- What did each team spend last month, and on which models?
-- One row per team and model of the calendar month before the as-of day; first_date and last_date say which days of it
-- the log covers, priced_token_share how much of the traffic has a price.
-- Change: dimension to app, api_key, category or region; the month in `month`.
with
    month as (
        select
            cast(date_trunc('month', as_of) - interval 1 month as date) as start_date,
            cast(date_trunc('month', as_of) as date) as end_date,
        from meta.publication
    ),
    days as (
        select usage.*, min(event_date) over () as first_date, max(event_date) over () as last_date,
        from rankings.dimension_usage as usage
        inner join month on event_date >= start_date and event_date < end_date
        where dimension = 'team'
    ),
    sums as (
        select
            dimension_value as team,
            model_id,
            any_value(first_date) as first_date,
            any_value(last_date) as last_date,
            sum(request_count) as requests,
            sum(cost_usd) as cost,
            sum(priced_tokens) as priced,
            coalesce(sum(input_tokens) + sum(output_tokens), sum(input_tokens), sum(output_tokens))
            - coalesce(sum(response_cache_hit_tokens), 0) as tokens,
        from days
        group by dimension_value, model_id
    )
select
    team,
    model_id,
    cast(requests as bigint) as request_count,
    cast(tokens as bigint) as total_tokens,
    cast(cost as decimal(38, 2)) as spend_usd,
    cast(sum(cost) over (partition by team) as decimal(38, 2)) as team_spend_usd,
    round(coalesce(priced, 0) / nullif(tokens, 0), 4) as priced_token_share,
    first_date,
    last_date,
from sums
order by team_spend_usd desc nulls last, team, spend_usd desc nulls last, model_id
