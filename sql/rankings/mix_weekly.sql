-- One row per complete ISO week (from Monday; the latest 52), dimension (category, app, region), value and unit.
-- Shares as in rankings.mix; a week the log began in is not complete and not here.
with
    weeks as (
        select
            date_trunc('week', usage.event_date)::date as week_start,
            usage.dimension,
            usage.dimension_value,
            sum(usage.request_count) as requests,
            sum(board_tokens(usage.input_tokens, usage.output_tokens, usage.response_cache_hit_tokens)) as tokens,
            sum(usage.cost_usd) as spend,
        from rankings.dimension_usage as usage
        inner join rankings.periods on periods.period = '1w'
        where
            usage.dimension in ('category', 'app', 'region')
            and usage.event_date >= periods.end_date - 364
            and usage.event_date < periods.end_date
            and week_start >= (select first_whole_date from rankings.calendar)
        group by all
    ),
    units as (
        select
            week_start,
            dimension,
            dimension_value,
            unnest(['tokens', 'requests', 'spend']) as unit,
            unnest([tokens, requests, spend]::decimal(38, 10)[]) as value,
        from weeks
    )
select
    week_start,
    dimension,
    dimension_value,
    unit,
    value,
    case
        when dimension <> 'category' or dimension_value <> '(unknown)'
        then
            ratio(
                value,
                sum(value) filter (where dimension <> 'category' or dimension_value <> '(unknown)') over (
                    partition by week_start, dimension, unit
                )
            )
    end as share,
from units
