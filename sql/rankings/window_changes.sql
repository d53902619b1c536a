-- One row per window: all traffic in it, and each figure's change against the equal window before.
-- A change is null where the log does not cover the window before, and for the running week; success changes in
-- percentage points. rankings.totals and rankings.totals_weekly are some of its rows.
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
    latest.model_count,
    latest.effective_usd_per_mtok,
    latest.ttft_p50_s,
    latest.ttft_p95_s,
    latest.ttft_n,
    latest.output_speed_p50,
    latest.output_speed_n,
    latest.request_success_rate,
    latest.pricing_coverage_share,
    latest.usage_coverage_share,
    latest.user_coverage_share,
    change(latest.total_tokens, previous.total_tokens) as total_tokens_change,
    change(latest.request_count, previous.request_count) as request_count_change,
    change(latest.spend_usd, previous.spend_usd) as spend_usd_change,
    change(latest.active_user_count, previous.active_user_count) as active_user_count_change,
    change(latest.effective_usd_per_mtok, previous.effective_usd_per_mtok) as effective_usd_per_mtok_change,
    change(latest.ttft_p50_s, previous.ttft_p50_s) as ttft_p50_s_change,
    change(latest.output_speed_p50, previous.output_speed_p50) as output_speed_p50_change,
    100 * (latest.request_success_rate - previous.request_success_rate) as success_change_pp,
from rankings.window_totals as latest
left join
    rankings.window_totals as previous
    on latest.period = previous.period
    and latest.windows_back + 1 = previous.windows_back
    and previous.is_covered
