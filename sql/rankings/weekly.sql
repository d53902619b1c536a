-- One row per ISO week (Monday, UTC) and model with traffic in it: the latest 26 weeks, and the running one.
-- is_complete is false for the running week, and for a week the log began in.
select
    windows.start_date as week_start,
    windows.is_complete and windows.is_covered as is_complete,
    volume.model_id,
    volume.total_tokens,
    volume.request_count,
    volume.spend_usd,
    volume.active_user_count,
    volume.has_hidden_users,
    volume.effective_usd_per_mtok,
    quantiles.p50 / 1e3 as ttft_p50_s,
    coalesce(quantiles.sample_count, 0) as ttft_n,
    rate_of_20(volume.ok_count, volume.ok_count + volume.error_count) as request_success_rate,
    volume.ok_count + volume.error_count as request_success_n,
    ratio(volume.priced_tokens, volume.total_tokens) as pricing_coverage_share,
    ratio(volume.usage_known_count, volume.usage_due_count) as usage_coverage_share,
    ratio(volume.user_known_count, volume.request_count) as user_coverage_share,
from rankings.windows
inner join rankings.volume on windows.period = volume.period and windows.windows_back = volume.windows_back
left join
    rankings.window_quantiles as quantiles
    on volume.period = quantiles.period
    and volume.windows_back = quantiles.windows_back
    and volume.model_id = quantiles.model_id
    and quantiles.metric = 'ttft'
where windows.period in ('1w', 'to_date')
