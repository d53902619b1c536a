-- One row: a size of prompts and the part of the requests that have it.
select prompt_tokens_to, request_count, request_share, coverage_share,
from rankings.context_size
where period = $period and model_id = '(all)' and prompt_tokens_to is not null
order by prompt_tokens_to
