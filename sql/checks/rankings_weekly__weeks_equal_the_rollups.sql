-- Every week, all models add up exactly to the tokens, requests and dollars of the rollups, and so does the week's
-- total.
with
    models as (
        select
            week_start,
            coalesce(sum(total_tokens), 0) as tokens,
            sum(request_count) as requests,
            coalesce(sum(spend_usd), 0) as spend_usd,
        from rankings.weekly
        group by week_start
    ),

    days as (
        select
            cast(date_trunc('week', event_date) as date) as week_start,
            coalesce(sum(input_tokens), 0)
            + coalesce(sum(output_tokens), 0)
            - coalesce(sum(response_cache_hit_tokens), 0) as tokens,
            sum(request_count) as requests,
            coalesce(sum(cost_usd), 0) as spend_usd,
        from rollups.usage_daily
        group by all
    )

select totals.week_start,
from rankings.totals_weekly as totals
left join days on totals.week_start = days.week_start
left join models on totals.week_start = models.week_start
where
    row(days.tokens, days.requests, days.spend_usd)
    is distinct from row(models.tokens, models.requests, models.spend_usd)
    or row(coalesce(days.tokens, 0), coalesce(days.requests, 0), coalesce(days.spend_usd, 0)) is distinct from row(
        coalesce(totals.total_tokens, 0), coalesce(totals.request_count, 0), coalesce(totals.spend_usd, 0)
    )
