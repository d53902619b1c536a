-- Every day of the daily rollup is the exact sum of its hours, as meta.days cuts them.
with
    hourly as (
        -- added up by hour before days are looked for: many models share an hour, and sums are exact in any order
        select
            hour,
            sum(row_count) as row_count,
            sum(request_count) as request_count,
            sum(input_tokens) as input_tokens,
            sum(output_tokens) as output_tokens,
            sum(cost_usd) as cost_usd,
        from rollups.usage_hourly
        group by hour
    ),

    hours as (
        select days.event_date, row(sum(row_count), sum(request_count), sum(input_tokens), sum(output_tokens), sum(cost_usd)) as figures,
        from hourly
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
