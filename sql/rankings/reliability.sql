-- One row per period and model: how often it answered, and what went wrong.
-- Ranked by request success among models with 20 requests that ended ok or in error. Error rates are of attempts
-- (a source that logs only requests adds its requests); a gateway logs only part of the attempts that failed, so they
-- are lower bounds.
with
    sums as (
        select
            periods.period,
            usage.model_id,
            sum(row_count) as events,
            sum(attempt_count) as attempts,
            sum(request_count) as requests,
            sum(ok_count) as ok,
            sum(error_count) as errors,
            sum(cancelled_count) as cancelled,
            sum(fallback_count) as fallbacks,
            sum(fallback_known_count) as fallbacks_known,
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
        from rankings.periods
        inner join
            rollups.usage_daily as usage
            on usage.event_date >= periods.start_date
            and usage.event_date < periods.end_date
        where periods.is_complete
        group by periods.period, usage.model_id
    )
select
    period,
    case
        when ok + errors >= 20
        then
            row_number() over (
                partition by period order by ok + errors >= 20 desc, ratio(ok, ok + errors) desc nulls last, model_id
            )
    end as rank,
    model_id,
    requests::bigint as request_count,
    ratio(ok, ok + errors) as request_success_rate,
    wilson_low(ok, ok + errors) as request_success_rate_low,
    wilson_high(ok, ok + errors) as request_success_rate_high,
    attempts::bigint as attempt_count,
    case when attempts > 0 then rate_of_20(ok, events - cancelled - rate_limit) end as uptime_rate,
    case
        when attempts > 0 then rate_of_20(ok, ok + timeout + server_error + overloaded + connection)
    end as provider_uptime_rate,
    ratio(rate_limit, events) as error_rate_rate_limit,
    ratio(timeout, events) as error_rate_timeout,
    ratio(server_error, events) as error_rate_server_error,
    ratio(overloaded, events) as error_rate_overloaded,
    ratio(connection, events) as error_rate_connection,
    ratio(auth, events) as error_rate_auth,
    ratio(bad_request, events) as error_rate_bad_request,
    ratio(context_length, events) as error_rate_context_length,
    ratio(content_filter, events) as error_rate_content_filter,
    ratio(budget, events) as error_rate_budget,
    ratio(other, events) as error_rate_other,
    ratio(fallbacks, fallbacks_known) as fallback_rate,
    fallbacks_known::bigint as fallback_n,
    ratio(cancelled, requests) as cancelled_share,
from sums
