-- One row is one span that claims to be a model call and can not become a row, with the first reason found.
select
    source_row,
    trace_id,
    span_id,
    cast(
        json_object(
            'operation',
            otel_operation(operation),
            'request_model',
            left(model_name_of(request_model), 60),
            'input_tokens',
            cast(try_cast(input_tokens as double) as varchar),
            'output_tokens',
            cast(try_cast(output_tokens as double) as varchar)
        ) as varchar
    ) as sample,
    case
        when trace_id is null
        then 'missing_field traceId'
        when span_id is null
        then 'missing_field spanId'
        when not regexp_full_match(trace_id, '[0-9a-f]{32}')
        then 'wrong_type traceId'
        when not regexp_full_match(span_id, '[0-9a-f]{16}')
        then 'wrong_type spanId'
        when coalesce(start_ns, '0') = '0'
        then 'missing_field startTimeUnixNano'
        when coalesce(try_cast(start_ns as bigint), -1) < 0
        then 'bad_ts startTimeUnixNano'
        when end_ns is not null and coalesce(try_cast(end_ns as bigint), -1) < 0
        then 'bad_ts endTimeUnixNano'
        when coalesce(request_model, response_model) is null
        then 'missing_field gen_ai.request.model'
        else
            coalesce(
                otel_fault_of_count(input_tokens, 'gen_ai.usage.input_tokens'),
                otel_fault_of_count(output_tokens, 'gen_ai.usage.output_tokens'),
                otel_fault_of_count(cache_read_tokens, 'gen_ai.usage.cache_read.input_tokens'),
                otel_fault_of_count(cache_write_tokens, 'gen_ai.usage.cache_write.input_tokens'),
                otel_fault_of_count(reasoning_tokens, 'gen_ai.usage.reasoning.output_tokens'),
                case
                    when cost is not null and try_cast(cost as double) is null then 'wrong_type gen_ai.usage.cost'
                end
            )
    end as verdict,
from otel.told
where verdict is not null
