-- On one day a class of tokens at a provider changes once, and to another price than before.
select model_id, provider_name, price_class, changed_on,
from rankings.price_changes
group by all
having count(*) > 1 or bool_or(from_usd_per_mtok is not distinct from to_usd_per_mtok)
