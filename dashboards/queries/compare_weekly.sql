-- One row: a compared model's measure in a week charts show, oldest first. Amounts are 0 in a week without the model;
-- a price or a time is null there.
select
    windows.start_date as week_start,
    models.model_id as entity_id,
    case
        $measure
        when 'tokens'
        then case when weekly.model_id is null then 0 else weekly.total_tokens end
        when 'spend'
        then case when weekly.model_id is null then 0 else weekly.spend_usd end
        when 'ttft'
        then weekly.ttft_p50_s
        when 'price'
        then weekly.effective_usd_per_mtok
    end::double as value,
from rankings.windows
cross join (select unnest($models) as model_id) as models
left join rankings.weekly on weekly.week_start = windows.start_date and weekly.model_id = models.model_id
where windows.period in ('1w', 'to_date')
order by week_start, entity_id
