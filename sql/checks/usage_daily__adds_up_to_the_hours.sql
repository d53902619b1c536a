-- Every day of the daily rollup is the exact sum of its hours.
with
    hours as (
        select cast(hour as date) as event_date, row(sum(row_count), sum(request_count), sum(input_tokens), sum(output_tokens), sum(cost_usd)) as figures,
        from rollups.usage_hourly
        group by cast(hour as date)
    ),

    days as (
        select event_date, row(sum(row_count), sum(request_count), sum(input_tokens), sum(output_tokens), sum(cost_usd)) as figures,
        from rollups.usage_daily
        group by event_date
    )

select coalesce(hours.event_date, days.event_date) as event_date,
from hours
full join days on hours.event_date = days.event_date
where hours.figures is distinct from days.figures
