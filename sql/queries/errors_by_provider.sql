-- What goes wrong at each provider?
-- One row per provider and class of error over the last four complete weeks: attempts that failed so, and their part of
-- all its attempts. A gateway logs only part of its failed attempts: lower bounds.
-- Change: period; add model_id to the select and the group by.
with
    sums as (
        select
            coalesce(provider_name, '(unknown)') as provider_name,
            sum(row_count) as events,
            sum(error_rate_limit_count) as rate_limit,
            sum(error_timeout_count) as timeout,
            sum(error_server_error_count) as server_error,
            sum(error_overloaded_count) as overloaded,
            sum(error_connection_count) as connection,
            sum(error_auth_count) as auth,
            sum(error_bad_request_count) as bad_request,
            sum(error_context_length_count) as context_length,
            sum(error_content_filter_count) as content_filter,
            sum(error_budget_count) as budget,
            sum(error_other_count) as other,
        from rollups.usage_daily
        inner join rankings.periods on event_date >= start_date and event_date < end_date
        where period = '4w'
        group by all
    )
select
    provider_name,
    error_class,
    cast(failed as bigint) as error_count,
    cast(events as bigint) as attempt_count,
    round(failed / nullif(events, 0), 5) as error_rate,
from
    sums unpivot (
        failed for error_class in (
            rate_limit,
            timeout,
            server_error,
            overloaded,
            connection,
            auth,
            bad_request,
            context_length,
            content_filter,
            budget,
            other
        )
    )
where failed > 0
order by error_count desc, provider_name, error_class
