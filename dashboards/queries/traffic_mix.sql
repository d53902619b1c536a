-- One row: a value of a dimension in a period, and beside it what only the table draws; what is not known last.
select
    *,
    share * 100 as share_percent,
    change * 100 as change_percent,
    case
        when is_new
        then ['NEW']
        when rank_change > 0
        then ['▲ ' || least(rank_change, 99)]
        when rank_change < 0
        then ['▼ ' || least(- rank_change, 99)]
        else []
    end as drawn_moved,
from rankings.mix
left join
    (
        select period, dimension, dimension_value, model_id as first_model,
        from rankings.mix_models
        where rank = 1
    ) as models using (period, dimension, dimension_value)
where period = $period and dimension = $dimension and unit = $unit
order by rank nulls last, dimension_value
