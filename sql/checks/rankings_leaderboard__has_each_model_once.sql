-- A board has each model once, and the same rows as rankings.adoption.
select period, unit, model_id,
from rankings.leaderboard
group by period, unit, model_id
having count(*) > 1
union all
select period, unit, model_id,
from rankings.adoption
anti join rankings.leaderboard using (period, unit, model_id)
