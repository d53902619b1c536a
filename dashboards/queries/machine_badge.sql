-- One row: a model's place among all models with traffic in a period, by a unit; null where the unit is not known of
-- it.
select
    rank,
    is_hidden,
    (select count(rank) from rankings.standings where period = $period and unit = $unit) as model_count,
from rankings.standings
where period = $period and unit = $unit and model_id = $model
