-- One row per window: all traffic in it, and each figure's change against the equal window before.
-- A change is null where the log does not cover the window before, and for the running week; success changes in
-- percentage points. Months differ in length: changes of sums compare means per day (users then have none).
-- rankings.totals and rankings.totals_weekly are some of its rows.
with lengths as (select *, end_date - start_date as days from rankings.window_totals)
select
    latest.period,
    latest.windows_back,
    latest.start_date,
    latest.is_complete,
    latest.is_covered,
    latest.total_tokens,
    latest.request_count,
    latest.spend_usd,
    latest.active_user_count,
    latest.has_hidden_users,
    latest.model_count,
    latest.effective_usd_per_mtok,
    latest.ttft_p50_s,
    latest.ttft_p95_s,
    latest.ttft_n,
    latest.output_speed_p50,
    latest.output_speed_n,
    latest.request_success_rate,
    coalesce(latest.request_success_n, 0) as request_success_n,
    latest.pricing_coverage_share,
    latest.usage_coverage_share,
    latest.user_coverage_share,
    change(latest.total_tokens, at_length(previous.total_tokens, 'tokens', latest.days, previous.days)) as total_tokens_change,
    change(latest.request_count, at_length(previous.request_count, 'requests', latest.days, previous.days)) as request_count_change,
    change(latest.spend_usd, at_length(previous.spend_usd, 'spend', latest.days, previous.days)) as spend_usd_change,
    change(latest.active_user_count, at_length(previous.active_user_count, 'users', latest.days, previous.days)) as active_user_count_change,
    change(latest.effective_usd_per_mtok, previous.effective_usd_per_mtok) as effective_usd_per_mtok_change,
    change(latest.ttft_p50_s, previous.ttft_p50_s) as ttft_p50_s_change,
    change(latest.output_speed_p50, previous.output_speed_p50) as output_speed_p50_change,
    100 * (latest.request_success_rate - previous.request_success_rate) as success_change_pp,
from lengths as latest
left join
    lengths as previous
    on latest.period = previous.period
    and latest.windows_back + 1 = previous.windows_back
    and previous.is_covered
