-- One row: a size of prompts and the part of the requests that have it.
select context_bucket_tokens, request_count, request_share, coverage_share,
from rankings.context_size
where period = $period and model_id = '(all)' and context_bucket_tokens is not null
order by context_bucket_tokens
