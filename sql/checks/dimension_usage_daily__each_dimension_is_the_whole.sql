-- Every day, each dimension alone (teams, apps, keys, categories, regions) adds up to the day's total.
with
    days as (
        select event_date, row(sum(request_count), sum(input_tokens), sum(output_tokens), sum(cost_usd)) as figures,
        from rollups.usage_daily
        group by event_date
    ),

    parts as (
        select event_date, dimension, row(sum(request_count), sum(input_tokens), sum(output_tokens), sum(cost_usd)) as figures,
        from rollups.dimension_usage_daily
        group by event_date, dimension
    )

select coalesce(days.event_date, parts.event_date) as event_date, coalesce(dimensions.dimension, parts.dimension) as dimension,
from days
cross join (values ('team'), ('app'), ('api_key'), ('category'), ('region')) as dimensions(dimension)
full join parts on days.event_date = parts.event_date and dimensions.dimension = parts.dimension
where parts.figures is distinct from days.figures
