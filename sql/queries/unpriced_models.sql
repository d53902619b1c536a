-- Which models have traffic without a price, and how much?
-- One row per model and provider with unpriced tokens in the last four complete weeks; the cost of these is unknown,
-- not zero, and in no sum. To give one a price, add a row to overrides/prices.csv.
-- Change: period to 1w or 12w.
with
    sums as (
        select
            model_id,
            provider_name,
            sum(unpriced_count) as unpriced,
            coalesce(sum(input_tokens) + sum(output_tokens), sum(input_tokens), sum(output_tokens))
            - coalesce(sum(response_cache_hit_tokens), 0) as tokens,
            coalesce(sum(priced_tokens), 0) as priced,
        from rollups.usage_daily
        inner join rankings.periods on event_date >= start_date and event_date < end_date
        where period = '4w'
        group by model_id, provider_name
    )
select
    model_id,
    provider_name,
    cast(unpriced as bigint) as unpriced_count,
    cast(tokens - priced as bigint) as unpriced_tokens,
    round((tokens - priced) / nullif(tokens, 0), 4) as unpriced_token_share,
from sums
where unpriced > 0
order by unpriced_tokens desc nulls last, unpriced_count desc, model_id, provider_name
