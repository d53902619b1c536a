-- One row per day, dimension (team, app, api_key, category, region), its value and model. Each dimension alone sums to
-- the whole. Teams, apps and keys of fewer than k known users are '(few users)' together (rankings.user_groups).
with
    renamed as (
        select dimension, dimension_value, shown_value,
        from rankings.user_groups
        where shown_value <> dimension_value
        union
        select dimension, shown_value as dimension_value, shown_value,
        from rankings.user_groups
        where shown_value <> dimension_value
    ),
    merged as (
        select
            usage.event_date,
            usage.dimension,
            renamed.shown_value as dimension_value,
            usage.model_id,
            cast(sum(columns('_count$|_tokens$')) as bigint) as "\0",
            cast(sum(columns('_usd$')) as decimal(38, 10)) as "\0",
        from rollups.dimension_usage_daily as usage
        inner join
            renamed
            on usage.dimension = renamed.dimension
            and usage.dimension_value = renamed.dimension_value
        group by usage.event_date, usage.dimension, renamed.shown_value, usage.model_id
    )
from rollups.dimension_usage_daily
anti join renamed using (dimension, dimension_value)
union all by name
from merged
