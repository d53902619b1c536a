-- When in the week do we use models?
-- One row per weekday (1 is Monday) and hour (UTC): the mean requests and tokens of that hour over the last four
-- complete
-- weeks, hours without traffic included; hour_count says over how many.
-- Change: period; add a model_id to the where clause of `traffic`.
with
    traffic as (
        select
            hour,
            sum(request_count) as requests,
            coalesce(sum(input_tokens) + sum(output_tokens), sum(input_tokens), sum(output_tokens))
            - coalesce(sum(response_cache_hit_tokens), 0) as tokens,
        from rollups.usage_hourly
        group by hour
    ),
    logged as (
        select
            greatest(periods.start_date, min(sources.first_hour)) as first_hour,
            cast(periods.end_date as timestamp) as end_hour,
        from rankings.periods
        cross join meta.sources
        where periods.period = '4w'
        group by periods.start_date, periods.end_date
    ),
    hours as (
        select unnest(generate_series(first_hour, end_hour - interval 1 hour, interval 1 hour)) as hour, from logged
    )
select
    extract(isodow from hours.hour) as weekday,
    extract(hour from hours.hour) as hour_of_day,
    round(sum(coalesce(traffic.requests, 0)) / count(*), 1) as mean_request_count,
    cast(round(sum(coalesce(traffic.tokens, 0)) / count(*)) as bigint) as mean_tokens,
    count(*) as hour_count,
from hours
left join traffic on hours.hour = traffic.hour
group by all
order by weekday, hour_of_day
