-- One row per ISO week (Monday, UTC; the latest 52 complete ones and the running one), grouping, unit and member: its
-- share.
-- Fractions are added up in the members' order, so that the same traffic has the same last digits.
-- Of models, authors and providers the first 50 of each week are here; the rest of the week is `other`.
select
    start_date as week_start,
    any_value(is_complete) as is_complete,
    market,
    unit,
    case when place <= 50 or place is null then member else 'other' end as member,
    any_value(place) filter (where place <= 50) as rank,
    sum(value order by member) as value,
    sum(share order by member) as share,
    sum(model_count)::integer as model_count,
from rankings.market_units
where period in ('1w', 'to_date')
group by start_date, market, unit, 5
