-- One row: all models' money in a complete week, the latest twelve, oldest first; ratios as in price_summary.
select
    windows.start_date as week_start,
    sum(usage.cost_usd) as spend_usd,
    sum(usage.priced_cost_usd)::double / nullif(sum(usage.priced_tokens), 0) * 1e6 as effective_usd_per_mtok,
    sum(usage.model_cache_read_tokens) / nullif(sum(usage.cache_known_input_tokens), 0) as cache_hit_rate,
    sum(usage.cache_savings_usd) as cache_savings_usd,
    case when sum(usage.cost_usd) is not null then coalesce(sum(usage.failed_cost_usd), 0) end as failed_spend_usd,
from rankings.windows
inner join
    rollups.usage_daily as usage on usage.event_date >= windows.start_date and usage.event_date < windows.end_date
where windows.period = '1w' and windows.is_complete and windows.is_covered and windows.windows_back < 12
group by windows.start_date
order by windows.start_date
