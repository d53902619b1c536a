-- One row per window (the latest complete one of each period, and every ISO week) and model ('(all)': every one): how
-- long its prompts and answers are, and how its requests are made.
-- Requests that failed and those the gateway's own cache answered are left out. Each share is of the requests (reasoning:
-- output tokens) whose log says it; the coverage stands beside it.
with
    shapes as (
        select
            period,
            windows_back,
            model_id,
            sum(request_count) as requests,
            sum(length_known_count) as length_known,
            sum(prompt_tokens) as prompt,
            sum(completion_tokens) as completion,
            sum(stream_known_count) as stream_known,
            sum(stream_count) as streamed,
            sum(finish_known_count) as finish_known,
            sum(tool_call_count) as tool_calls,
            sum(truncated_count) as truncated,
        from rankings.traffic_sums
        group by all
    ),
    reasoned as (
        select
            windows.period,
            windows.windows_back,
            coalesce(usage.model_id, '(all)') as model_id,
            sum(usage.reasoning_output_tokens) as reasoning,
            sum(usage.reasoning_known_output_tokens) as reasoning_known,
            sum(usage.output_tokens) as output,
        from rankings.windows
        inner join
            rollups.usage_daily as usage
            on usage.event_date >= windows.start_date
            and usage.event_date < windows.end_date
        where windows.is_complete and (windows.windows_back = 0 or windows.period = '1w')
        group by
            grouping sets (
                (windows.period, windows.windows_back, usage.model_id), (windows.period, windows.windows_back)
            )
    )
select
    shapes.period,
    shapes.windows_back,
    windows.start_date,
    windows.is_covered as is_complete,
    shapes.model_id,
    shapes.requests::bigint as request_count,
    ratio(shapes.prompt, shapes.length_known) as prompt_tokens_per_request,
    ratio(shapes.completion, shapes.length_known) as completion_tokens_per_request,
    ratio(shapes.length_known, shapes.requests) as length_coverage_share,
    ratio(reasoned.reasoning, reasoned.reasoning_known) as reasoning_share,
    ratio(coalesce(reasoned.reasoning_known, 0), reasoned.output) as reasoning_coverage_share,
    ratio(shapes.streamed, shapes.stream_known) as stream_share,
    ratio(shapes.stream_known, shapes.requests) as stream_coverage_share,
    ratio(shapes.tool_calls, shapes.finish_known) as tool_call_share,
    ratio(shapes.truncated, shapes.finish_known) as truncated_share,
    ratio(shapes.finish_known, shapes.requests) as finish_coverage_share,
from shapes
inner join rankings.windows on shapes.period = windows.period and shapes.windows_back = windows.windows_back
left join
    reasoned
    on shapes.period = reasoned.period
    and shapes.windows_back = reasoned.windows_back
    and shapes.model_id = reasoned.model_id
