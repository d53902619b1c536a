-- How much money went into attempts that failed?
-- One row per model that cost something without an answer in the last four complete weeks.
-- Change: period to 1w or 12w.
select
    model_id,
    cast(failed_spend_usd as decimal(38, 4)) as failed_spend_usd,
    cast(spend_usd as decimal(38, 2)) as spend_usd,
    round(failed_spend_usd / nullif(spend_usd, 0), 5) as failed_spend_share,
    round(priced_request_share, 4) as priced_request_share,
from rankings.price
where period = '4w' and failed_spend_usd > 0
order by failed_spend_usd desc, model_id
