-- One row: how many models with a place in the price table have none on a logarithmic map, and why.
select
    count(*) filter (where effective_usd_per_mtok is null) as unpriced_count,
    count(*) filter (where effective_usd_per_mtok = 0) as free_count,
from rankings.price
where period = $period
