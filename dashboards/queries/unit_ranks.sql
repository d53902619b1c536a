-- One row: a model of the first ten by the chosen unit, and its place by each unit; beyond ten they share the last.
select
    standings.unit,
    standings.model_id,
    coalesce(least(standings.rank, 11), 11) as drawn_place,
    standings.rank,
    case when standings.is_hidden then '<' || min_users || ' users' end as few,
    first_ten.rank as chosen_rank,
from rankings.standings
inner join
    rankings.standings as first_ten
    on standings.period = first_ten.period
    and standings.model_id = first_ten.model_id
    and first_ten.unit = $unit
    and first_ten.rank <= 10
cross join meta.publication as publication
where standings.period = $period
order by first_ten.rank, standings.unit
