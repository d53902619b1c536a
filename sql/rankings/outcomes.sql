-- One row per period, model and provider, `(all)` being every one of them: how requests and attempts ended.
-- Error rates are of attempts (a source that logs only requests adds its requests); a gateway logs only part of the
-- attempts that failed, so they, and the first choices that failed, are lower bounds. First choices that failed and
-- were not logged are nobody's: they count under `(all)` models and providers alone. Success, uptime, first choices that
-- failed and rescues are null under 20 of what they are of.
with
    sums as (
        select
            periods.period,
            case when grouping(model_id) = 0 then model_id else '(all)' end as model_id,
            case when grouping(provider_name) = 0 then coalesce(provider_name, '(unknown)') else '(all)' end
            as provider_name,
            grouping(model_id) = 1 and grouping(provider_name) = 1 as is_all,
            sum(row_count) - coalesce(sum(cancelled_count), 0) - sum(error_rate_limit_count) as up_or_down,
            sum(error_timeout_count + error_server_error_count + error_overloaded_count + error_connection_count) as down,
            sum(first_attempt_count) + case when is_all then sum(first_lost_count) else 0 end as firsts,
            sum(first_failed_count) + case when is_all then sum(first_lost_count) else 0 end as firsts_failed,
            sum(first_rescued_count) + case when is_all then sum(first_lost_rescued_count) else 0 end as rescued,
            sum(columns('_count$'))::bigint as "\0",
            sum(rescue_cost_usd)::decimal(38, 10) as rescue_cost_usd,
        from rankings.periods
        inner join
            rollups.usage_daily as usage
            on usage.event_date >= periods.start_date
            and usage.event_date < periods.end_date
        where periods.is_complete
        group by period, cube (model_id, provider_name)
    )
select
    period,
    model_id,
    provider_name,
    request_count,
    rate_of_20(ok_count, ok_count + error_count) as request_success_rate,
    rate_low_of_20(ok_count, ok_count + error_count) as request_success_rate_low,
    rate_high_of_20(ok_count, ok_count + error_count) as request_success_rate_high,
    ok_count + error_count as request_success_n,
    attempt_count,
    case when attempt_count > 0 then rate_of_20(ok_count, up_or_down) end as uptime_rate,
    case when attempt_count > 0 then rate_of_20(ok_count, ok_count + down) end as provider_uptime_rate,
    ratio(error_rate_limit_count, row_count) as error_rate_rate_limit,
    ratio(error_timeout_count, row_count) as error_rate_timeout,
    ratio(error_server_error_count, row_count) as error_rate_server_error,
    ratio(error_overloaded_count, row_count) as error_rate_overloaded,
    ratio(error_connection_count, row_count) as error_rate_connection,
    ratio(error_auth_count, row_count) as error_rate_auth,
    ratio(error_bad_request_count, row_count) as error_rate_bad_request,
    ratio(error_context_length_count, row_count) as error_rate_context_length,
    ratio(error_content_filter_count, row_count) as error_rate_content_filter,
    ratio(error_budget_count, row_count) as error_rate_budget,
    ratio(error_other_count, row_count) as error_rate_other,
    row_count as error_rate_n,
    rate_of_20(firsts_failed, firsts) as first_choice_failure_rate,
    firsts::bigint as first_choice_n,
    ratio(firsts, first_attempt_count + first_unknown_count) as first_choice_coverage_share,
    rate_of_20(rescued, firsts_failed) as rescued_share,
    firsts_failed::bigint as rescued_n,
    case when rescue_failure_count > 0 then rescue_cost_usd when firsts > 0 then 0 end::decimal(38, 10) as rescue_cost_usd,
    ratio(rescue_priced_count, rescue_failure_count) as rescue_cost_coverage_share,
    ratio(fallback_count, fallback_known_count) as fallback_rate,
    fallback_known_count as fallback_n,
    ratio(cancelled_count, request_count) as cancelled_share,
from sums
