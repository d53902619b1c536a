-- Every quantile lies inside its 95 % interval (within its bucket's width).
select period, model_id, provider_name, metric,
from rankings.quantiles
where
    p10 not between p10_low and p10_high
    or p50 not between p50_low and p50_high
    or p95 not between p95_low and p95_high
    or p99 not between p99_low and p99_high
