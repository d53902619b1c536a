-- In each period and unit a model is in one quadrant, and half of the models or more are on the upper side of a median.
select period, unit,
from rankings.quadrants
group by period, unit
having
    count(*) <> count(distinct model_id)
    or 2 * count(*) filter (where quadrant in ('Premium', 'Specialised')) < count(*)
    or 2 * count(*) filter (where quadrant in ('Premium', 'Mass-market')) < count(*)
