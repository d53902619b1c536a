-- No price is negative, no coverage share is above 1, and no price stands without priced tokens.
select period, model_id,
from rankings.price
where
    effective_usd_per_mtok < 0
    or pricing_coverage_share not between 0
    and 1
    or (effective_usd_per_mtok is not null and coalesce(pricing_coverage_share, 0) = 0)
