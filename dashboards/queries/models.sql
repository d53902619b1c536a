-- One row: a model with traffic in any week, the most used of the latest complete weeks first; of the running one, where
-- there is none.
select model_id
from rankings.weekly
group by all
order by sum(total_tokens) filter (where is_complete) desc nulls last, sum(total_tokens) desc nulls last, model_id
