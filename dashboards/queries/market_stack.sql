-- One row: a week's share of one of the charted members, or of everything else ('other'); whole weeks only.
select
    week_start,
    strftime(week_start, '%-d %b') as week,
    case when list_contains($charted, member) then member else 'other' end as entity_id,
    sum(share) as value,
from rankings.market_weekly
where market = $market and unit = $unit and is_complete
group by all
having sum(share) is not null
order by week_start, entity_id
