-- One row: a whole week's share of one of the charted values of a dimension, or of everything else that is known.
select
    week_start,
    strftime(week_start, '%-d %b') as week,
    case when list_contains($charted, dimension_value) then dimension_value else 'other' end as entity_id,
    sum(share) as value,
from rankings.mix_weekly
where dimension = $dimension and unit = $unit and share is not null
group by all
order by week_start, entity_id
