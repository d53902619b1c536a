-- One row: a whole week's mean length of prompts or answers, all models.
select
    start_date as week_start,
    strftime(start_date, '%-d %b') as week,
    unnest(['Prompt', 'Answer']) as part,
    unnest([prompt_tokens_per_request, completion_tokens_per_request]) as value,
from rankings.traffic_shape
where period = '1w' and is_complete and model_id = '(all)'
order by week_start, part
