-- One row: the place of one of the charted members in one of the latest twelve whole weeks.
select week_start, strftime(week_start, '%-d %b') as week, member as entity_id, rank,
from rankings.market_weekly
where
    market = $market
    and unit = $unit
    and is_complete
    and rank is not null
    and list_contains($charted, member)
    and week_start > (select max(week_start) from rankings.market_weekly where is_complete) - 84
order by week_start, rank
