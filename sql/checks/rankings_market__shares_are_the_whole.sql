-- In every period each market's members, the unknown one included, add up exactly to the tokens, requests and dollars of
-- the rollups.
with
    markets as (
        select period, market, unit, coalesce(sum(value), 0) as total,
        from rankings.market
        group by period, market, unit
    ),

    days as (
        select
            periods.period,
            unnest(['tokens', 'requests', 'spend']) as unit,
            unnest(
                [
                    coalesce(sum(usage.input_tokens), 0)
                    + coalesce(sum(usage.output_tokens), 0)
                    - coalesce(sum(usage.response_cache_hit_tokens), 0),
                    sum(usage.request_count),
                    coalesce(sum(usage.cost_usd), 0)
                ]::decimal(38, 10)[]
            ) as total,
        from rankings.periods
        inner join
            rollups.usage_daily as usage
            on usage.event_date >= periods.start_date
            and usage.event_date < periods.end_date
        group by periods.period
    )

select days.period, groups.market, days.unit,
from days
cross join (select unnest(['model', 'author', 'provider', 'weights', 'country', 'size_class']) as market) as groups
left join markets on days.period = markets.period and days.unit = markets.unit and groups.market = markets.market
where markets.total is distinct from days.total
