-- One row per period, unit and model with traffic in the period or the window before: how it moved, and how surely.
-- A model that left has no rank and no value; one on a small base has a change nobody should sort by.
select
    standings.period,
    standings.unit,
    standings.rank,
    standings.model_id,
    coalesce(models.model_name, standings.model_id) as model_name,
    coalesce(models.author, author_of(standings.model_id)) as author,
    standings.value,
    standings.is_hidden,
    standings.previous_value,
    standings.previous_rank,
    standings.previous_rank - standings.rank as rank_change,
    standings.change,
    intervals.change_low,
    intervals.change_high,
    intervals.has_clear_change,
    standings.previous_base < standings.base_floor as is_small_base,
    coalesce(standings.value, case when standings.place is null then 0 end)::double
    - standings.three_before::double / 3 as trending,
    momentum.momentum,
    momentum.momentum_low,
    momentum.momentum_high,
    momentum.age_days,
    momentum.first_used_date,
    models.released_date,
    standings.is_new,
    standings.place is null as has_left,
from rankings.standings
left join
    rankings.intervals
    on standings.period = intervals.period
    and standings.unit = intervals.unit
    and standings.model_id = intervals.model_id
left join rankings.momentum on standings.unit = momentum.unit and standings.model_id = momentum.model_id
left join reference.models on standings.model_id = models.model_id
where standings.place is not null or standings.previous_value > 0
