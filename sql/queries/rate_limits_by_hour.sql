-- At which hours of the day do we run into rate limits?
-- One row per hour of the day (UTC) over the last four complete weeks: attempts, those rate limited, and the provider
-- that limited most. No provider where none did.
-- Change: period; add a provider_name or model_id to the where clause.
with
    hours as (
        select
            extract(hour from hour) as hour_of_day,
            provider_name,
            sum(row_count) as events,
            sum(error_rate_limit_count) as limited,
        from rollups.usage_hourly
        inner join rankings.periods on hour >= start_date and hour < end_date
        where period = '4w'
        group by all
    )
select
    hour_of_day,
    cast(sum(events) as bigint) as attempt_count,
    cast(sum(limited) as bigint) as rate_limited_count,
    round(sum(limited) / nullif(sum(events), 0), 5) as rate_limited_share,
    arg_max(provider_name, limited) filter (where limited > 0) as most_by_provider,
from hours
group by hour_of_day
order by hour_of_day
