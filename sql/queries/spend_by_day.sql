-- What do we spend day by day?
-- One row per whole UTC day of the log: dollars, their mean over seven days (NULL unless all seven are known), and how
-- much of the day's tokens has a price.
-- Change: add a model_id or provider_name to the where clause.
with
    days as (
        select
            usage.event_date,
            sum(request_count) as requests,
            sum(cost_usd) as cost,
            sum(priced_tokens) as priced,
            coalesce(sum(input_tokens) + sum(output_tokens), sum(input_tokens), sum(output_tokens))
            - coalesce(sum(response_cache_hit_tokens), 0) as tokens,
        from rollups.usage_daily as usage
        cross join meta.publication
        where usage.event_date < cast(publication.data_through as date)
        group by usage.event_date
    )
select
    event_date,
    cast(requests as bigint) as request_count,
    cast(cost as decimal(38, 2)) as spend_usd,
    case
        when count(cost) over week = 7 then cast(sum(cost) over week / 7 as decimal(38, 2))
    end as spend_7_day_mean_usd,
    round(coalesce(priced, 0) / nullif(tokens, 0), 4) as priced_token_share,
from days
window week as (order by event_date range between interval 6 day preceding and current row)
order by event_date desc
