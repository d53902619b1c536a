-- One row: a model on the map of price and usage, most used first, with its author and how much of its tokens is
-- priced.
select quadrants.*, models.author, price.pricing_coverage_share, price.pricing_coverage_share * 100 as priced_percent,
from rankings.quadrants
left join reference.models using (model_id)
left join rankings.price using (period, model_id)
where quadrants.period = $period and quadrants.unit = $unit
order by quadrants.value desc, quadrants.model_id
