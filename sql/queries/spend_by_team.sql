-- What did each team spend last week?
-- One row per team: requests and dollars; priced_token_share says how much of its traffic has a price.
-- Change: dimension to app, api_key, category or region; period to 4w or 12w.
select
    dimension_value as team,
    cast(sum(request_count) as bigint) as request_count,
    cast(sum(cost_usd) as decimal(38, 2)) as spend_usd,
    round(
        sum(priced_tokens)
        / nullif(sum(input_tokens) + sum(output_tokens) - coalesce(sum(response_cache_hit_tokens), 0), 0),
        4
    ) as priced_token_share,
from rankings.dimension_usage
cross join rankings.periods
where dimension = 'team' and period = '1w' and event_date >= start_date and event_date < end_date
group by dimension_value
order by spend_usd desc nulls last
