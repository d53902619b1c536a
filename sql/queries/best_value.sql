-- Which models give the most quality for the money we really pay?
-- One row per model and benchmark on the frontier of the last four complete weeks: no other is as cheap and better, or
-- cheaper and as good. Cheapest first; benchmarks are never mixed.
-- Change: period; drop is_on_frontier to see every model with a score.
select
    benchmark,
    frontier_order,
    model_id,
    quality_score,
    quality_low,
    quality_high,
    round(effective_usd_per_mtok, 4) as effective_usd_per_mtok,
    total_tokens,
    variant,
    measured_on,
from rankings.value
where period = '4w' and is_on_frontier
order by benchmark, frontier_order
