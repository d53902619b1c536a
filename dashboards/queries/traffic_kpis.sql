-- One row: what the requests of a period were like, how that moved, and their latest twelve whole weeks, oldest first.
select
    latest.*,
    latest.prompt_tokens_per_request / before.prompt_tokens_per_request - 1 as prompt_change,
    latest.completion_tokens_per_request / before.completion_tokens_per_request - 1 as completion_change,
    100 * (latest.reasoning_share - before.reasoning_share) as reasoning_change_pp,
    100 * (latest.tool_call_share - before.tool_call_share) as tool_call_change_pp,
    100 * (latest.stream_share - before.stream_share) as stream_change_pp,
    weeks.*,
from rankings.traffic_shape as latest
left join
    rankings.traffic_shape as before
    on latest.period = before.period
    and latest.model_id = before.model_id
    and before.windows_back = 1
    and before.is_complete
cross join
    (
        select
            list(prompt_tokens_per_request order by start_date) as prompts,
            list(completion_tokens_per_request order by start_date) as completions,
            list(reasoning_share order by start_date) as reasoning_shares,
            list(tool_call_share order by start_date) as tool_call_shares,
            list(stream_share order by start_date) as stream_shares,
        from rankings.traffic_shape
        where period = '1w' and is_complete and windows_back < 12 and model_id = '(all)'
    ) as weeks
where latest.period = $period and latest.windows_back = 0 and latest.model_id = '(all)'
