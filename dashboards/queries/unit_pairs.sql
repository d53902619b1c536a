-- One row: a unit, and how far each other unit orders the models alike: Kendall's tau-b, and models in both first tens.
with
    told as (
        select
            unit,
            other_unit,
            coalesce(printf('%.2f', kendall_tau_b), '–') || ' · ' || overlap_count || ' of 10' as agreement,
        from rankings.rank_disagreement
        where period = $period
    )
select
    unit,
    any_value(agreement) filter (where other_unit = 'tokens') as tokens,
    any_value(agreement) filter (where other_unit = 'requests') as requests,
    any_value(agreement) filter (where other_unit = 'spend') as spend,
    any_value(agreement) filter (where other_unit = 'users') as users,
from told
group by unit
order by list_position(['tokens', 'requests', 'spend', 'users'], unit)
