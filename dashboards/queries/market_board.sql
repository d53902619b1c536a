-- One row: a member of a market in a period, and beside it what only the table draws; what is not known last.
select
    *,
    share * 100 as share_percent,
    change * 100 as change_percent,
    coverage_share * 100 as known_percent,
    case
        when is_new
        then ['NEW']
        when rank_change > 0
        then ['▲ ' || least(rank_change, 99)]
        when rank_change < 0
        then ['▼ ' || least(- rank_change, 99)]
        else []
    end as drawn_moved,
from rankings.market
where period = $period and market = $market and unit = $unit
order by rank nulls last, member
