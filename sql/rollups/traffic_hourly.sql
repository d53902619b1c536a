-- One row per hour (UTC), model and size of the prompt (prompt_tokens_to: input tokens up to 1K, 10K, 100K, 1M, 10M,
-- edge included, K = 1,000; NULL unknown or above): requests by what they were like.
-- Requests that failed are not in it: most say nothing of their tokens.
select
    event_date,
    hour,
    model_id,
    prompt_tokens_to,
    count(*) as request_count,
    count(tokens_both) as length_known_count,
    cast(sum(case when tokens_both is not null then tokens_in end) as bigint) as prompt_tokens,
    cast(sum(case when tokens_both is not null then tokens_out end) as bigint) as completion_tokens,
    count(stream) as stream_known_count,
    count(case when stream then 1 end) as stream_count,
    count(finish_reason) as finish_known_count,
    count(case when finish_reason = 'tool_calls' then 1 end) as tool_call_count,
    count(case when finish_reason = 'length' then 1 end) as truncated_count,
from lake.folded
where is_final and status <> 'error' and not response_cache_hit
group by event_date, hour, model_id, prompt_tokens_to
