-- One row per day, dimension (team, app, api_key, category, region), its value and model. Each dimension alone sums to
-- the whole. Teams, apps and keys of fewer than k known users are '(few users)' together (rankings.user_groups).
with
    shown as (
        select usage.* replace(coalesce(groups.shown_value, usage.dimension_value) as dimension_value),
        from rollups.dimension_usage_daily as usage
        left join
            rankings.user_groups as groups
            on usage.dimension = groups.dimension
            and usage.dimension_value = groups.dimension_value
    )
select
    event_date,
    dimension,
    dimension_value,
    model_id,
    cast(sum(columns('_count$|_tokens$')) as bigint) as "\0",
    cast(sum(columns('_usd$')) as decimal(38, 10)) as "\0",
from shown
group by event_date, dimension, dimension_value, model_id
