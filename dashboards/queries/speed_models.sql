-- One row: a model with timed streams of every prompt size in a period, the most streams first.
select model_id
from rankings.speed_by_prompt
where period = $period and metric = 'ttft' and model_id <> '(all)' and p50 is not null
group by model_id
order by sum(sample_count) desc, model_id
