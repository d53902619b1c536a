-- One row per window, grouping, unit (tokens, requests, spend) and member: its share of all traffic.
-- Shares of a grouping add up to 1, `(unknown)` included, which has no place. coverage_share: how much of the unit is
-- known.
with
    units as (
        select
            period,
            windows_back,
            start_date,
            end_date,
            is_complete,
            market,
            member,
            model_count,
            unnest(['tokens', 'requests', 'spend']) as unit,
            unnest([total_tokens, request_count, spend_usd]::decimal(38, 10)[]) as value,
            unnest([usage_known_count, request_count, priced_tokens]) as known_part,
            unnest([usage_due_count, request_count, total_tokens]) as whole,
        from rankings.market_sums
    )
select
    period,
    windows_back,
    start_date,
    end_date,
    is_complete,
    market,
    unit,
    member,
    model_count,
    case
        when member not in ('(unknown)', 'unknown') and value is not null
        then
            row_number() over (
                partition by period, windows_back, market, unit, member not in ('(unknown)', 'unknown')
                order by value desc nulls last, member
            )
    end as place,
    value,
    ratio(value, sum(value) over (partition by period, windows_back, market, unit)) as share,
    ratio(known_part, whole) as coverage_share,
from units
