-- One row: how many ranked models the chart cannot place, and why; and how much of the spend those with a score carry.
with placed as (select model_id, quality_score, from rankings.value where period = $period and benchmark = $benchmark)

select
    count(*) filter (where placed.quality_score is null) as unscored_count,
    count(*) filter (where placed.quality_score is not null and price.effective_usd_per_mtok is null) as unpriced_count,
    count(*) filter (where placed.quality_score is not null and price.effective_usd_per_mtok = 0) as free_count,
    sum(price.spend_usd) filter (where placed.quality_score is not null)::double
    / nullif(sum(price.spend_usd), 0)::double as scored_spend_share,
from rankings.price
left join placed using (model_id)
where price.period = $period
