-- One row per period, unit and model: the board as its page shows it, adoption beside price, speed, success and a
-- 12-week trend.
-- `other` is last, without rank, and without figures that belong to one model.
select
    adoption.period,
    adoption.unit,
    adoption.rank,
    adoption.model_id,
    coalesce(models.model_name, adoption.model_id) as model_name,
    adoption.author,
    coalesce(models.author_name, adoption.author) as author_name,
    models.weights,
    adoption.model_count,
    adoption.value,
    adoption.is_hidden,
    adoption.share,
    intervals.share_low,
    intervals.share_high,
    intervals.rank_low,
    intervals.rank_high,
    intervals.tied_group,
    adoption.previous_value,
    adoption.previous_rank,
    adoption.rank_change,
    adoption.is_new,
    adoption.change,
    intervals.change_low,
    intervals.change_high,
    intervals.has_clear_change,
    adoption.is_small_base,
    adoption.trending,
    adoption.coverage_share,
    trends.trend,
    volume.total_tokens,
    volume.request_count,
    volume.spend_usd,
    volume.active_user_count,
    volume.has_hidden_users,
    price.effective_usd_per_mtok,
    intervals.effective_usd_per_mtok_low,
    intervals.effective_usd_per_mtok_high,
    price.pricing_coverage_share,
    price.priced_request_share,
    latency.ttft_p50_s,
    latency.ttft_p95_s,
    latency.ttft_n,
    latency.output_speed_p50,
    latency.output_speed_n,
    reliability.request_success_rate,
    reliability.request_success_rate_low,
    reliability.request_success_rate_high,
    reliability.request_success_n,
from rankings.adoption
left join rankings.trends using (period, unit, model_id)
left join
    rankings.intervals
    on adoption.period = intervals.period
    and adoption.unit = intervals.unit
    and adoption.model_id = intervals.model_id
left join
    rankings.volume on adoption.period = volume.period and adoption.model_id = volume.model_id and windows_back = 0
left join rankings.price on adoption.period = price.period and adoption.model_id = price.model_id
left join rankings.latency on adoption.period = latency.period and adoption.model_id = latency.model_id
left join rankings.reliability on adoption.period = reliability.period and adoption.model_id = reliability.model_id
left join reference.models on adoption.model_id = models.model_id
