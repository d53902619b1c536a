-- One row: how many ranked models the chart cannot place, and why.
with placed as (select model_id, quality_score, from rankings.value where period = $period and benchmark = $benchmark)

select
    count(*) filter (where placed.quality_score is null) as unscored_count,
    count(*) filter (where placed.quality_score is not null and price.effective_usd_per_mtok is null) as unpriced_count,
    count(*) filter (where placed.quality_score is not null and price.effective_usd_per_mtok = 0) as free_count,
from rankings.price
left join placed using (model_id)
where price.period = $period
