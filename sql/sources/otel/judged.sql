-- One row is one model call with what has to be known before its columns: what became of it, its clock as numbers, and
-- whether its usage and cost can be believed. A view: the spans are read once, by rows.sql.
with
    sound as (select * from otel.told anti join otel.faults using (source_row)),

    numbers as (
        select
            sound.*,
            try_cast(start_ns as bigint) as start_number,
            nullif(try_cast(end_ns as bigint), 0) as end_number,
            try_cast(input_tokens as double) as told_input,
            try_cast(output_tokens as double) as told_output,
            coalesce(try_cast(cache_read_tokens as double), 0)
            + coalesce(try_cast(cache_write_tokens as double), 0) as cached,
            try_cast(total_tokens as double) as total,
            coalesce(
                try_cast(first_chunk_s as double), try_cast(first_token_ms as double) / 1e3
            ) as first_chunk_after_s,
            try_cast(cost as double) as told_cost,
            -- The message tells what error.type can not, and is never written.
            case
                when not has_failed
                then null
                when contains(lower(status_message), 'client has disconnected')
                then 'cancelled'
                when contains(status_message, 'context_length_exceeded')
                then 'context_length'
                else
                    coalesce(
                        otel_error_type(error_raw), error_type_of_http(try_cast(http_status as smallint)), '_OTHER'
                    )
            end as error_type,
        from sound
        -- A failed attempt without its request would read as a failed request.
        where not is_attempt or response_id in (select response_id from sound where is_broadcast and not is_attempt)
    )

select
    *,
    if(is_broadcast, 'openrouter_broadcast', 'otlp') as log_name,
    trace_id || ':' || span_id as native_id,
    case when error_type = 'cancelled' then 'cancelled' when has_failed then 'error' else 'ok' end as outcome,
    to_timestamp(divide(start_number, 1000) / 1e6) as start_time,
    to_timestamp(divide(end_number, 1000) / 1e6) as end_time,
    (end_number - start_number) / 1e9 as duration_s,
    case
        when lower(stream) in ('true', '1')
        then true
        when lower(stream) in ('false', '0')
        then false
        -- Only a stream has a first chunk to wait for.
        when first_chunk_after_s is not null
        then true
    end as is_stream,
    -- Two zeros are a filler: no call reads and writes nothing.
    not is_attempt and (coalesce(told_input, 0) <> 0 or coalesce(told_output, 0) <> 0) as has_usage,
    -- Anthropic's own count leaves cached tokens out of input, and some libraries pass it on. Only a total that counts
    -- them beside it, or parts that exceed the whole, give it away: 372 with 128 cached, and 50 out of a total of 550.
    case
        when
            is_broadcast
            or cached = 0
            or not regexp_matches(concat_ws(' ', provider, request_model), '(?i)anthropic|claude')
        then false
        else coalesce(total = told_input + coalesce(told_output, 0) + cached, cached > told_input)
    end as is_exclusive,
    case
        when is_attempt
        then null
        -- OpenRouter bills, so its 0 is free; elsewhere 0 is what a model without a known price costs.
        when told_cost = 0 and not (is_broadcast and (has_usage or has_failed))
        then null
        else told_cost
    end as cost_usd,
    -- Kept only where the parts are the whole.
    abs(try_cast(input_cost as double) + try_cast(output_cost as double) - cost_usd) < 1e-9 as is_itemised,
from numbers
