-- One row is one sound record with what has to be known before its rows: which of the provider's responses is the
-- answer, and what the whole cost. A view.
with
    heard as (
        select
            g.*,
            cast(created_at as timestamptz) as created_time,
            coalesce(provider_responses, []) as responses,
            len(responses) as response_count,
            list_max(
                list_transform(
                    responses, lambda response, place:case when response.status between 200 and 299 then place end
                )
            ) as last_success,
            -- Something came back, whether or not a response of status 2xx is listed.
            coalesce(cancelled, false)
            or coalesce(coalesce(nullif(finish_reason, ''), native_finish_reason) <> 'error', false)
            or coalesce(native_tokens_completion, 0) > 0
            or coalesce(response_cache_source_id, '') <> '' as is_answered,
        from openrouter.generations as g
        anti join openrouter.rejects as refused on g.record_row = refused.source_row
    )

select
    *,
    -- A status may be null: then the last response is the answer, if there was one. Failures alone, and yet an answer:
    -- it has a row of its own behind them.
    case
        when last_success is not null or response_count = 0
        then last_success
        when is_answered
        then case when responses[response_count].status is null then response_count else response_count + 1 end
    end as answer_place,
    -- The row that carries what is known of the whole record: the answer, or else the last failure.
    coalesce(answer_place, greatest(response_count, 1)) as whole_place,
    -- With a key of one's own OpenRouter bills its fee and the provider the rest; one alone is no cost.
    total_cost + case when is_byok then upstream_inference_cost else 0 end as cost_usd,
    -- "Total latency" is often less than generation_time, so it may be the first token's: the larger one is no less
    -- than the truth either way.
    greatest(latency, generation_time) as request_ms,
from heard
