-- Rows, tokens and dollars of the hourly rollup equal the request log's, hour by hour, for the UTC days whose files changed.
-- A source that is only held against another (setting `reconcile`) is left out on both sides.
-- So are calls with another call inside them, of which the inner counts.
-- Hours with contested rows hold more log rows than attempts by design: of those, the attempts are compared.
with
    logged as (
        select *
        from lake.request_log
        where
            source not in (select reference.source from lake.reference_sources as reference)
            and (batch_id, source_row) not in (
                select (nested.batch_id, nested.source_row)
                from lake.nested as nested
                where nested.inner_source not in (select reference.source from lake.reference_sources as reference)
            )
    ),

    hours as (
        select
            cast(event_date as timestamp) + to_hours(event_hour) as hour,
            bool_or(is_contested) as has_contested,
            count(*) as row_count,
            cast(sum(input_tokens) as bigint) as input_tokens,
            cast(sum(output_tokens) as bigint) as output_tokens,
            cast(sum(cost_usd) as decimal(38, 10)) as cost_usd,
        from logged
        group by event_date, event_hour
    ),

    contested as (
        select cast(event_date as timestamp) + to_hours(event_hour) as hour, count(distinct attempt_id) as attempt_count,
        from logged
        where cast(event_date as timestamp) + to_hours(event_hour) in (select hours.hour from hours where hours.has_contested)
        group by event_date, event_hour
    ),

    rolled as (
        select
            hour,
            cast(sum(row_count) as bigint) as row_count,
            cast(sum(input_tokens) as bigint) as input_tokens,
            cast(sum(output_tokens) as bigint) as output_tokens,
            cast(sum(cost_usd) as decimal(38, 10)) as cost_usd,
        from rollups.usage_hourly
        where cast(hour as date) in (select changed.utc_date from lake.changed_dates as changed)
        group by hour
    )

select
    coalesce(hours.hour, rolled.hour) as hour,
    coalesce(contested.attempt_count, hours.row_count) as logged_count,
    rolled.row_count as rolled_count,
from hours
full join rolled on hours.hour = rolled.hour
left join contested on hours.hour = contested.hour
where
    rolled.row_count is distinct from coalesce(contested.attempt_count, hours.row_count)
    or (
        contested.hour is null
        and (hours.input_tokens, hours.output_tokens, hours.cost_usd)
        is distinct from (rolled.input_tokens, rolled.output_tokens, rolled.cost_usd)
    )
