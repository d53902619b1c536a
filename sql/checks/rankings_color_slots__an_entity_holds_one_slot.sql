-- Every entity holds one colour slot of 1 to 7.
select kind, entity_id,
from rankings.color_slots
group by kind, entity_id
having count(*) > 1 or min(slot) < 1 or max(slot) > 7
