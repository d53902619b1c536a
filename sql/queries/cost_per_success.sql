-- What does a successful request cost, per model?
-- One row per model of the last complete week, dearest first: what failed attempts cost is in it; priced_request_share
-- says for how many requests the cost is known.
-- Change: period to 4w or 12w; add a model_id to the where clause.
select
    price.model_id,
    round(price.cost_usd_per_success, 6) as cost_usd_per_success,
    round(price.cost_usd_per_request, 6) as cost_usd_per_request,
    cast(price.failed_spend_usd as decimal(38, 4)) as failed_spend_usd,
    round(reliability.request_success_rate, 4) as request_success_rate,
    reliability.request_count,
    round(price.priced_request_share, 4) as priced_request_share,
from rankings.price
inner join rankings.reliability on price.period = reliability.period and price.model_id = reliability.model_id
where price.period = '1w'
order by price.cost_usd_per_success desc nulls last, price.model_id
