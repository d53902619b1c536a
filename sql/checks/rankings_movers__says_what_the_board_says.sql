-- Every listed model moves on this page as it does on the board: the same value, change and trend.
select adoption.period, adoption.unit, adoption.model_id,
from rankings.adoption
left join
    rankings.movers
    on adoption.period = movers.period
    and adoption.unit = movers.unit
    and adoption.model_id = movers.model_id
where
    adoption.model_id <> 'other'
    and (
        movers.model_id is null
        or adoption.value is distinct from movers.value
        or adoption.change is distinct from movers.change
        or (adoption.value is not null and adoption.trending is distinct from movers.trending)
    )
