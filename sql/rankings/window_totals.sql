-- One row per window: all traffic in it, with shares of how much is known, and its speed over all models.
-- rankings.window_changes is its rows with changes.
with
    sums as (
        select
            period,
            windows_back,
            sum(total_tokens)::bigint as total_tokens,
            sum(request_count)::bigint as request_count,
            sum(spend_usd)::decimal(38, 10) as spend_usd,
            usd_per_mtok(sum(priced_cost_usd), sum(priced_tokens)) as effective_usd_per_mtok,
            rate_of_20(sum(ok_count), sum(ok_count) + sum(error_count)) as request_success_rate,
            (sum(ok_count) + sum(error_count))::bigint as request_success_n,
            ratio(sum(priced_tokens), sum(total_tokens)) as pricing_coverage_share,
            ratio(sum(usage_known_count), sum(usage_due_count)) as usage_coverage_share,
            ratio(sum(user_known_count), sum(request_count)) as user_coverage_share,
            count(*) as model_count,
        from rankings.volume
        group by period, windows_back
    ),
    speeds as (
        select
            period,
            windows_back,
            any_value(p50) filter (where metric = 'ttft') / 1e3 as ttft_p50_s,
            any_value(p95) filter (where metric = 'ttft') / 1e3 as ttft_p95_s,
            coalesce(any_value(sample_count) filter (where metric = 'ttft'), 0) as ttft_n,
            any_value(p50) filter (where metric = 'output_speed') as output_speed_p50,
            coalesce(any_value(sample_count) filter (where metric = 'output_speed'), 0) as output_speed_n,
        from rankings.window_quantiles
        where model_id = '(all)'
        group by period, windows_back
    )
select
    windows.* exclude (grain),
    past(sums.total_tokens, sums.model_count, true)::bigint as total_tokens,
    past(sums.request_count, sums.model_count, true)::bigint as request_count,
    past(sums.spend_usd, sums.model_count, true)::decimal(38, 10) as spend_usd,
    past(active_users.active_user_count, sums.model_count, true)::bigint as active_user_count,
    coalesce(active_users.is_hidden, false) as has_hidden_users,
    coalesce(sums.model_count, 0) as model_count,
    sums.* exclude (period, windows_back, total_tokens, request_count, spend_usd, model_count),
    speeds.* exclude (period, windows_back),
from rankings.windows
left join sums on windows.period = sums.period and windows.windows_back = sums.windows_back
left join speeds on windows.period = speeds.period and windows.windows_back = speeds.windows_back
left join
    rankings.active_users
    on windows.period = active_users.period
    and windows.windows_back = active_users.windows_back
    and active_users.model_id = '(all)'
