-- What did prompt caches save, per model?
-- One row per model whose provider's cache was used in the last four complete weeks, at list prices; negative where
-- writes cost more than reads saved.
-- Change: period to 1w or 12w.
select
    model_id,
    cast(cache_savings_usd as decimal(38, 2)) as cache_savings_usd,
    round(cache_hit_rate, 4) as cache_hit_rate,
    cast(spend_usd as decimal(38, 2)) as spend_usd,
    list_input_usd_per_mtok,
    list_cache_read_usd_per_mtok,
from rankings.price
where period = '4w' and cache_hit_rate > 0
order by cache_savings_usd desc nulls last, model_id
