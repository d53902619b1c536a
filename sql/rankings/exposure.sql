-- One row per complete period and unit (tokens, requests, spend): how much traffic hangs on models that only one provider
-- served in it, and on the largest provider.
-- A model with traffic whose provider the log does not name is in neither part; coverage_share is the rest.
with
    models as (
        select
            periods.period,
            usage.model_id,
            count(distinct usage.provider_name) as providers,
            count(*) filter (where usage.provider_name is null) as unnamed,
            sum(board_tokens(usage.input_tokens, usage.output_tokens, usage.response_cache_hit_tokens)) as tokens,
            sum(usage.request_count) as requests,
            sum(usage.cost_usd) as spend,
        from rankings.periods
        inner join
            rollups.usage_daily as usage
            on usage.event_date >= periods.start_date
            and usage.event_date < periods.end_date
        where periods.is_complete
        group by periods.period, usage.model_id
    ),
    units as (
        select
            period,
            model_id,
            providers,
            unnamed,
            unnest(['tokens', 'requests', 'spend']) as unit,
            unnest([tokens, requests, spend]::decimal(38, 10)[]) as value,
        from models
    )
select
    units.period,
    units.unit,
    count(*) filter (where units.unnamed = 0)::integer as model_count,
    count(*) filter (where units.unnamed = 0 and units.providers = 1)::integer as single_provider_model_count,
    ratio(coalesce(sum(units.value) filter (where units.unnamed = 0 and units.providers = 1), 0), sum(units.value) filter (where units.unnamed = 0))
    as single_provider_share,
    any_value(largest.member) as largest_provider,
    any_value(largest.share) as largest_provider_share,
    ratio(coalesce(sum(units.value) filter (where units.unnamed = 0), 0), sum(units.value)) as coverage_share,
from units
left join
    rankings.market as largest
    on units.period = largest.period
    and units.unit = largest.unit
    and largest.market = 'provider'
    and largest.rank = 1
group by units.period, units.unit
