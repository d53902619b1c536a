-- One row per complete period, dimension (category, app, region), value and unit (tokens, requests, spend): its share.
-- Of categories the share is of classified traffic (metrics: category_share); `(unknown)` and `(few users)` (apps of
-- fewer than k people) have no rank, and
-- coverage_share says how much of the unit has a value. Country is where the deployment runs, not where the user is.
with
    sums as (
        select
            periods.period,
            case when usage.event_date >= periods.start_date then 0 else 1 end as windows_back,
            usage.dimension,
            usage.dimension_value,
            count(distinct usage.model_id) as models,
            sum(usage.request_count) as requests,
            sum(board_tokens(usage.input_tokens, usage.output_tokens, usage.response_cache_hit_tokens)) as tokens,
            sum(usage.cost_usd) as spend,
        from rankings.periods
        inner join
            rankings.dimension_usage as usage
            on usage.event_date >= case
                when periods.has_previous then periods.previous_start_date else periods.start_date
            end
            and usage.event_date < periods.end_date
        where periods.is_complete and usage.dimension in ('category', 'app', 'region')
        group by all
    ),
    units as (
        select
            * exclude (requests, tokens, spend),
            unnest(['tokens', 'requests', 'spend']) as unit,
            unnest([tokens, requests, spend]::decimal(38, 10)[]) as value,
        from sums
    ),
    shares as (
        select
            *,
            sum(case when dimension_value <> '(unknown)' then value end) over whole as known_value,
            sum(value) over whole as all_value,
        from units
        window whole as (partition by period, windows_back, dimension, unit)
    ),
    placed as (
        select
            *,
            ratio(value, case when dimension = 'category' then known_value else all_value end) as share,
            ratio(known_value, all_value) as coverage_share,
            case
                when dimension_value not in ('(unknown)', '(few users)') and value is not null
                then
                    row_number() over (
                        partition by
                            period, windows_back, dimension, unit, dimension_value not in ('(unknown)', '(few users)')
                        order by value desc nulls last, dimension_value
                    )
            end as place,
        from shares
    )
select
    latest.period,
    latest.dimension,
    latest.unit,
    latest.place as rank,
    latest.dimension_value,
    latest.models::integer as model_count,
    latest.value,
    case when latest.dimension <> 'category' or latest.place is not null then latest.share end as share,
    before.value as previous_value,
    change(
        latest.value,
        at_length(
            before.value,
            latest.unit,
            periods.end_date - periods.start_date,
            periods.previous_end_date - periods.previous_start_date
        )
    ) as change,
    before.place - latest.place as rank_change,
    case when periods.has_previous then before.dimension_value is null end as is_new,
    case when periods.has_previous then latest.value - coalesce(before.value, 0) end as gained,
    latest.coverage_share,
from placed as latest
inner join rankings.periods on latest.period = periods.period
left join
    placed as before
    on latest.period = before.period
    and latest.dimension = before.dimension
    and latest.dimension_value = before.dimension_value
    and latest.unit = before.unit
    and before.windows_back = 1
where latest.windows_back = 0
