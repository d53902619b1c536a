-- One row: a list price that changed, the latest first; of what the log uses, or of everything listed.
select *, change * 100 as change_percent, replace(price_class, '_', ' ') as drawn_class,
from rankings.price_changes
where (is_in_use or $everything) and changed_on <= (select as_of::date from meta.publication)
order by changed_on desc, model_id, provider_name, price_class
