-- Every day of the daily rollup is the exact sum of its hours, as meta.days cuts them.
with
    hours as (
        select days.event_date, row(sum(row_count), sum(request_count), sum(input_tokens), sum(output_tokens), sum(cost_usd)) as figures,
        from rollups.usage_hourly as hourly
        left join meta.days as days on hourly.hour >= days.starts_at and hourly.hour < days.ends_at
        group by days.event_date
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
