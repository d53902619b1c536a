-- One row: a model with traffic in a period.
select distinct model_id, from rankings.standings where period = $period order by model_id
