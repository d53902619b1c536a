-- In every period the listed models and `other` add up exactly to the tokens, requests and dollars of the rollups.
with
    boards as (
        select
            period,
            coalesce(sum(value) filter (where unit = 'tokens'), 0) as tokens,
            coalesce(sum(value) filter (where unit = 'requests'), 0) as requests,
            coalesce(sum(value) filter (where unit = 'spend'), 0) as spend_usd,
        from rankings.adoption
        group by period
    ),

    days as (
        select
            periods.period,
            coalesce(sum(usage.input_tokens), 0)
            + coalesce(sum(usage.output_tokens), 0)
            - coalesce(sum(usage.response_cache_hit_tokens), 0) as tokens,
            sum(usage.request_count) as requests,
            coalesce(sum(usage.cost_usd), 0) as spend_usd,
        from rankings.periods
        inner join
            rollups.usage_daily as usage
            on usage.event_date >= periods.start_date
            and usage.event_date < periods.end_date
        where periods.is_complete
        group by periods.period
    )

select coalesce(days.period, boards.period) as period,
from days
full join boards on days.period = boards.period
where
    days.tokens is distinct from boards.tokens
    or days.requests is distinct from boards.requests
    or days.spend_usd is distinct from boards.spend_usd
