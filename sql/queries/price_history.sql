-- How did the list price of our most used model move?
-- One row per provider that served it in the last four complete weeks, and day from which a price held; NULL: always.
-- What the price changed by is told for input.
-- Change: the select in `model` to 'author/model'.
with model as (select model_id from rankings.adoption where period = '4w' and unit = 'tokens' and rank = 1)
select
    prices.model_id,
    prices.provider_name,
    prices.valid_from,
    prices.valid_to,
    prices.input_usd_per_mtok,
    prices.output_usd_per_mtok,
    prices.cache_read_usd_per_mtok,
    round(
        prices.input_usd_per_mtok / nullif(
            lag(prices.input_usd_per_mtok) over (
                partition by prices.model_id, prices.provider_name order by prices.valid_from nulls first
            ),
            0
        )
        - 1,
        4
    ) as input_price_change,
from reference.list_prices as prices
inner join model on prices.model_id = model.model_id
where
    prices.provider_name
    in (select provider_name from rankings.providers where model_id = prices.model_id and period = '4w')
order by prices.provider_name, prices.valid_from nulls first
