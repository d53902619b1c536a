-- One row: an author of a scored model, the most used first.
select models.author
from rankings.value
inner join reference.models using (model_id)
where value.period = $period and value.benchmark = $benchmark and models.author is not null
group by all
order by sum(value.total_tokens) desc nulls last, models.author
