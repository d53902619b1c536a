-- Rows, tokens and dollars of the hourly rollup equal the request log's, hour by hour, for the days just rolled up.
-- Hours with contested rows hold more log rows than attempts by design and are compared elsewhere.
with
    logged as (
        select
            cast(event_date as timestamp) + to_hours(event_hour) as hour,
            count(*) as row_count,
            cast(sum(input_tokens) as bigint) as input_tokens,
            cast(sum(output_tokens) as bigint) as output_tokens,
            cast(sum(cost_usd) as decimal(38, 10)) as cost_usd,
        from lake.request_log
        group by event_date, event_hour
        having not bool_or(is_contested)
    ),

    rolled as (
        select
            hour,
            cast(sum(row_count) as bigint) as row_count,
            cast(sum(input_tokens) as bigint) as input_tokens,
            cast(sum(output_tokens) as bigint) as output_tokens,
            cast(sum(cost_usd) as decimal(38, 10)) as cost_usd,
        from rollups.usage_hourly
        group by hour
    )

select logged.hour, logged.row_count, rolled.row_count as rolled_row_count,
from logged
left join rolled on logged.hour = rolled.hour
where
    (logged.row_count, logged.input_tokens, logged.output_tokens, logged.cost_usd)
    is distinct from (rolled.row_count, rolled.input_tokens, rolled.output_tokens, rolled.cost_usd)
