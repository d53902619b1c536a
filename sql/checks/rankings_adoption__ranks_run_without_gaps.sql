-- On every board the ranks are 1 to N, once each, larger values first; `other` and unknown values have none.
select period, unit, model_id,
from rankings.adoption
where (rank is null) <> (value is null or model_id = 'other')
union all
select period, unit, model_id,
from rankings.adoption
where rank is not null
qualify
    rank <> row_number() over (partition by period, unit order by rank)
    or value > lag(value) over (partition by period, unit order by rank)
