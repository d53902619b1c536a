-- One row: a model with a price and a quality score, as the chart draws it; on the frontier in its order.
select
    value.model_id,
    models.author,
    value.quality_score,
    value.quality_low,
    value.quality_high,
    printf('%.1f to %.1f', value.quality_low, value.quality_high) as drawn_quality_range,
    value.variant,
    value.match,
    value.measured_on,
    value.effective_usd_per_mtok,
    price.pricing_coverage_share,
    price.pricing_coverage_share * 100 as priced_percent,
    value.total_tokens,
    value.is_on_frontier,
    value.frontier_order,
    value.p_dominated,
    value.p_dominated * 100 as dominated_percent,
    latency.ttft_p50_s,
    latency.output_speed_p50,
    reliability.request_success_rate,
    reliability.request_success_rate * 100 as success_percent,
    reliability.request_success_n,
from rankings.value
left join reference.models using (model_id)
left join rankings.price using (period, model_id)
left join rankings.latency using (period, model_id)
left join rankings.reliability using (period, model_id)
where
    value.period = $period
    and value.benchmark = $benchmark
    and value.quality_score is not null
    and value.effective_usd_per_mtok > 0
    and coalesce(value.total_tokens, 0) >= $minimum
order by value.effective_usd_per_mtok, value.model_id
