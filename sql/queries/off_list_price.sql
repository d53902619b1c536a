-- Which models cost more, or less, than their list price?
-- One row per model of the last four complete weeks whose recorded cost is not within 5 % of the list cost of the same
-- rows: a discount, a mark-up, a missing cache price, or a wrong price table.
-- Change: period to 1w or 12w; the bounds.
select
    model_id,
    round(recorded_to_list_ratio, 3) as recorded_to_list_ratio,
    round(effective_usd_per_mtok, 4) as effective_usd_per_mtok,
    round(blended_usd_per_mtok, 4) as blended_usd_per_mtok,
    price_provider_name,
    price_as_of,
    cast(spend_usd as decimal(38, 2)) as spend_usd,
from rankings.price
where period = '4w' and (recorded_to_list_ratio < 0.95 or recorded_to_list_ratio > 1.05)
order by recorded_to_list_ratio desc, model_id
