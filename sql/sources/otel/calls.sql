-- One row is one span that claims to be a model call, with what its attributes say, as text: the current name first,
-- then older spellings and other dialects'. Servers' and queues' spans are the other end of a call, and no call.
-- OpenRouter Broadcast sends a tree per request: `LLM Generation` has the numbers, its children `provider attempt N:
-- ...`
-- and `generation` repeat or zero them under the same id with a suffix. Its settings page sends samples.
with
    places as (select record, min(step_row) as first_row from otel.spans group by record),

    told as (
        select
            record * 1000000000 + spans.step_row - first_row + 1 as source_row,
            spans.* exclude (names, texts),
            names,
            texts,
            coalesce(
                otel_told(names, texts, 'gen_ai.operation.name'),
                otel_told(names, texts, 'llm.request.type'),
                otel_told(names, texts, 'openinference.span.kind')
            ) as operation,
            coalesce(
                otel_told(names, texts, 'gen_ai.request.model'),
                otel_told(names, texts, 'llm.model_name'),
                otel_told(names, texts, 'embedding.model_name'),
                otel_told(names, texts, 'reranker.model_name')
            ) as request_model,
            otel_told(names, texts, 'gen_ai.response.id') as response_id,
            coalesce(
                otel_told(names, texts, 'gen_ai.usage.input_tokens'),
                otel_told(names, texts, 'gen_ai.usage.prompt_tokens'),
                otel_told(names, texts, 'llm.token_count.prompt')
            ) as input_tokens,
            otel_told(names, texts, 'gen_ai.model.provider') as cloudflare_provider,
            coalesce(
                otel_told(names, texts, 'trace.metadata.openrouter.provider_name'),
                otel_told(names, texts, 'trace.metadata.openrouter.provider_slug'),
                otel_told(names, texts, 'openrouter.provider_slug')
            ) as upstream_provider,
            coalesce(
                otel_told(names, texts, 'trace.metadata.openrouter.api_key_name'),
                otel_told(names, texts, 'openrouter.api_key_name')
            ) as api_key_name,
        from otel.spans as spans
        join places using (record)
        where names is not null
    ),

    placed as (
        select
            *,
            scope_name = 'openrouter' is true
            or coalesce(openrouter_trace_id, upstream_provider, api_key_name) is not null
            or regexp_matches(response_id, '^gen-[^:]+:') is true as is_broadcast,
            regexp_extract(response_id, '^[^:]+') as generation_id,
            nullif(regexp_extract(response_id, ':(attempt-\d+|[a-z_]+)$', 1), '') as part,
        from told
    )

select
    * exclude (names, texts, cloudflare_provider, part, response_id),
    if(is_broadcast, generation_id, response_id) as response_id,
    is_broadcast and starts_with(part, 'attempt-') is true as is_attempt,
    coalesce(otel_told(names, texts, 'span.metadata.attempt_index'), regexp_extract(part, '\d+$')) as attempt_index,
    coalesce(
        otel_told(names, texts, 'gen_ai.provider.name'),
        otel_told(names, texts, 'gen_ai.system'),
        cloudflare_provider,
        otel_told(names, texts, 'llm.provider'),
        otel_told(names, texts, 'llm.system')
    ) as provider,
    otel_told(names, texts, 'gen_ai.response.model') as response_model,
    coalesce(
        otel_told(names, texts, 'gen_ai.request.stream'),
        otel_told(names, texts, 'gen_ai.is_streaming'),
        otel_told(names, texts, 'llm.is_streaming')
    ) as stream,
    coalesce(
        otel_told(names, texts, 'gen_ai.response.time_to_first_chunk'),
        otel_told(names, texts, 'gen_ai.server.time_to_first_token')
    ) as first_chunk_s,
    otel_told(names, texts, 'trace.metadata.openrouter.first_token_ms') as first_token_ms,
    coalesce(
        otel_told(names, texts, 'gen_ai.response.finish_reasons'),
        otel_told(names, texts, 'gen_ai.response.finish_reason')
    ) as finish_reason,
    coalesce(
        otel_told(names, texts, 'gen_ai.usage.output_tokens'),
        otel_told(names, texts, 'gen_ai.usage.completion_tokens'),
        otel_told(names, texts, 'llm.token_count.completion')
    ) as output_tokens,
    coalesce(
        otel_told(names, texts, 'gen_ai.usage.total_tokens'),
        otel_told(names, texts, 'llm.usage.total_tokens'),
        otel_told(names, texts, 'llm.token_count.total')
    ) as total_tokens,
    coalesce(
        otel_told(names, texts, 'gen_ai.usage.cache_read.input_tokens'),
        otel_told(names, texts, 'gen_ai.usage.cache_read_input_tokens'),
        otel_told(names, texts, 'gen_ai.usage.input_tokens.cached'),
        otel_told(names, texts, 'llm.token_count.prompt_details.cache_read')
    ) as cache_read_tokens,
    coalesce(
        otel_told(names, texts, 'gen_ai.usage.cache_write.input_tokens'),
        otel_told(names, texts, 'gen_ai.usage.cache_creation.input_tokens'),
        otel_told(names, texts, 'gen_ai.usage.cache_creation_input_tokens'),
        otel_told(names, texts, 'gen_ai.usage.input_tokens.cache_write'),
        otel_told(names, texts, 'llm.token_count.prompt_details.cache_write')
    ) as cache_write_tokens,
    coalesce(
        otel_told(names, texts, 'gen_ai.usage.reasoning.output_tokens'),
        otel_told(names, texts, 'gen_ai.usage.reasoning_tokens'),
        otel_told(names, texts, 'gen_ai.usage.output_tokens.reasoning'),
        otel_told(names, texts, 'llm.token_count.completion_details.reasoning')
    ) as reasoning_tokens,
    coalesce(otel_told(names, texts, 'gen_ai.usage.total_cost'), otel_told(names, texts, 'gen_ai.usage.cost')) as cost,
    otel_told(names, texts, 'gen_ai.usage.input_cost') as input_cost,
    otel_told(names, texts, 'gen_ai.usage.output_cost') as output_cost,
    otel_told(names, texts, 'error.type') as error_raw,
    otel_told(names, texts, 'http.response.status_code') as http_status,
    coalesce(
        otel_told(names, texts, 'server.address'), otel_told(names, texts, 'gen_ai.openai.api_base')
    ) as server_address,
    coalesce(otel_told(names, texts, 'gen_ai.conversation.id'), otel_told(names, texts, 'session.id')) as conversation,
    otel_told(names, texts, 'user.id') as user_name,
    coalesce(otel_told(names, texts, 'enduser.id'), otel_told(names, texts, 'gen_ai.user')) as end_user,
    coalesce(
        otel_told(names, texts, 'openai.response.service_tier'),
        otel_told(names, texts, 'gen_ai.openai.response.service_tier')
    ) as service_tier,
from placed
where
    case
        when is_broadcast and part is not null
        then starts_with(part, 'attempt-')
        when is_broadcast
        then
            coalesce(operation, request_model) is not null
            and coalesce(span_name, '') <> 'Test Generation'
            and (
                response_id is not null
                or not regexp_matches(span_name, '^(generation|moderation|provider attempt .*)$')
            )
        when upper(kind) in ('2', '4', '5', 'SPAN_KIND_SERVER', 'SPAN_KIND_PRODUCER', 'SPAN_KIND_CONSUMER')
        then false
        when operation is not null
        then otel_operation(operation) is not null
        -- Cloudflare names no operation, nor do libraries older than the conventions.
        else
            coalesce(request_model, response_id) is not null and coalesce(cloudflare_provider, input_tokens) is not null
    end
