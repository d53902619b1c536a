-- One row: all models' money in a period, each ratio of the same rows.
select
    sum(cost_usd) as spend_usd,
    sum(priced_cost_usd)::double / nullif(sum(priced_tokens), 0) * 1e6 as effective_usd_per_mtok,
    coalesce(sum(priced_tokens), 0) / nullif(sum(total_tokens), 0) as pricing_coverage_share,
    sum(model_cache_read_tokens) / nullif(sum(cache_known_input_tokens), 0) as cache_hit_rate,
    sum(cache_known_input_tokens) / nullif(sum(model_input_tokens), 0) as cache_known_share,
    sum(cache_savings_usd) as cache_savings_usd,
    count(cache_savings_usd) as saving_model_count,
    case when sum(cost_usd) is not null then coalesce(sum(failed_cost_usd), 0) end as failed_spend_usd,
    coalesce(sum(failed_cost_usd), 0)::double / nullif(sum(cost_usd), 0) as failed_spend_share,
    sum(cost_usd)::double / nullif(sum(priced_ok_count), 0) as cost_usd_per_success,
    sum(priced_ok_count)::bigint as priced_ok_count,
from rankings.price_sums
where period = $period
