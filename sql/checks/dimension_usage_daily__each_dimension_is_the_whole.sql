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

select parts.event_date, parts.dimension,
from parts
left join days on parts.event_date = days.event_date
where parts.figures is distinct from days.figures
