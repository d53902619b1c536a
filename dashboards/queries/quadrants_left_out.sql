-- One row: how many models with a place in the price table have none on a logarithmic map of this usage, and why.
select
    count(*) filter (where price.effective_usd_per_mtok is null) as unpriced_count,
    count(*) filter (where price.effective_usd_per_mtok = 0) as free_count,
    count(*) filter (where $unit = 'users' and price.effective_usd_per_mtok > 0 and has_hidden_users) as hidden_count,
    any_value(publication.min_users) as min_users,
from rankings.price
left join rankings.volume on price.period = volume.period and price.model_id = volume.model_id and windows_back = 0
cross join meta.publication as publication
where price.period = $period
