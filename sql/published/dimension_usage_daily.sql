-- One row per day, dimension (team, app, api_key, category, region), its value and model. Each dimension alone sums to the whole.
-- Not in current.duckdb: teams, apps and keys of few people, too; rankings.dimension_usage is what of it may be told.
select
    event_date,
    dimension,
    dimension_value,
    model_id,
    cast(sum(columns('_count$|_tokens$')) as bigint) as "\0",
    cast(sum(columns('_usd$')) as decimal(38, 10)) as "\0",
from lake.dimension_usage_hourly
group by event_date, dimension, dimension_value, model_id
