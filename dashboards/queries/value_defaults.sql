-- One row: how many models with a price and a score have at least a million tokens.
select count(*) as model_count,
from rankings.value
where
    period = $period
    and benchmark = $benchmark
    and quality_score is not null
    and effective_usd_per_mtok > 0
    and total_tokens >= 1000000
