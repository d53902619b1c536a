-- LiteLLM's own words in the field's: for its payloads and its SpendLogs table alike.
create or replace macro litellm_operation(call_type) as case ltrim(call_type, '_')
    when 'acompletion' then 'chat'
    when 'completion' then 'chat'
    when 'aresponses' then 'chat'
    when 'responses' then 'chat'
    when 'anthropic_messages' then 'chat'
    when 'atext_completion' then 'text_completion'
    when 'text_completion' then 'text_completion'
    when 'agenerate_content' then 'generate_content'
    when 'generate_content' then 'generate_content'
    when 'agenerate_content_stream' then 'generate_content'
    when 'generate_content_stream' then 'generate_content'
    when 'aembedding' then 'embeddings'
    when 'embedding' then 'embeddings'
    when 'arerank' then 'rerank'
    when 'rerank' then 'rerank'
    when 'aimage_generation' then 'image_generation'
    when 'image_generation' then 'image_generation'
    when 'aspeech' then 'speech'
    when 'speech' then 'speech'
    when 'atranscription' then 'transcription'
    when 'transcription' then 'transcription'
    else 'other'
end;
-- normalized_error ('503_PROVIDER_OVERLOADED', since 1.10x) first, then the exception's class, then the HTTP status.
create or replace macro litellm_error_type(normalized, class, code) as case
    when class = 'BudgetExceededError' or contains(normalized, 'BUDGET') then 'budget'
    when contains(normalized, 'RATE_LIMIT') then 'rate_limit'
    when contains(normalized, 'OVERLOADED') then 'overloaded'
    when contains(normalized, 'TIMEOUT') then 'timeout'
    when contains(normalized, 'CONTEXT_WINDOW') then 'context_length'
    when contains(normalized, 'CONTENT_POLICY') then 'content_filter'
    when contains(normalized, 'AUTHENTICATION') or contains(normalized, 'PERMISSION') then 'auth'
    when contains(normalized, 'CONNECTION') then 'connection'
    when contains(normalized, 'INTERNAL_ERROR') then 'server_error'
    when class = 'RateLimitError' then 'rate_limit'
    when class = 'Timeout' then 'timeout'
    when class = 'ContextWindowExceededError' then 'context_length'
    when class = 'ContentPolicyViolationError' then 'content_filter'
    when class in ('APIConnectionError', 'ReadError', 'ConnectError') then 'connection'
    else coalesce(error_type_of_http(code), '_OTHER')
end;
-- What became of a call. A client that goes away is logged as success with code 499.
create or replace macro litellm_outcome(status, error_code, error_class) as case
    when error_code = 499 or error_class = 'ClientDisconnected' then 'cancelled'
    when status = 'success' then 'ok'
    when status = 'failure' then 'error'
    else status
end;
-- The request's own id: LiteLLM lets the caller choose it, and marks attempts and cache hits at its end.
create or replace macro litellm_request(call_id) as regexp_replace(call_id, '(-attempt-\d+|_cache_hit[\d.]+)$', '');
-- Usage that LiteLLM may have counted itself, as it does for a stream without a usage chunk. Such a row has all output
-- as text and no part of usage that only a provider can know. 9 rows of the recorded sample were guessed, and all 9 look
-- so; 10 exact ones (Together streams) do too. Nothing in the row tells them apart.
create or replace macro litellm_is_guess(is_stream, input_parts, output_parts, completion_tokens) as
    is_stream
    and coalesce(output_parts.text_tokens = completion_tokens, output_parts is null)
    and output_parts.accepted_prediction_tokens is null
    and coalesce(output_parts.reasoning_tokens, 0) = 0
    and coalesce(input_parts.cached_tokens, 0) = 0
    and coalesce(
        input_parts.cache_write_tokens,
        input_parts.cache_creation_tokens,
        input_parts.text_tokens,
        input_parts.audio_tokens,
        input_parts.image_tokens
    ) is null;
create or replace macro litellm_cache_read(input_parts, usage_object) as
    try_cast(coalesce(input_parts.cached_tokens, nullif(usage_object.cache_read_input_tokens, 0)) as bigint);
-- cache_creation_input_tokens: 0 is also LiteLLM's filler on streams that the client left.
create or replace macro litellm_cache_write(input_parts, usage_object) as try_cast(
    coalesce(
        input_parts.cache_write_tokens,
        input_parts.cache_creation_tokens,
        nullif(usage_object.cache_creation_input_tokens, 0)
    ) as bigint
);
-- 0 beside text_tokens that no provider sent (Anthropic, streams without details) means not reported.
create or replace macro litellm_reasoning(output_parts) as case
    when
        output_parts.reasoning_tokens = 0
        and output_parts.text_tokens is not null
        and output_parts.accepted_prediction_tokens is null
    then null
    else try_cast(output_parts.reasoning_tokens as bigint)
end;
-- Cost 0 means five things, in this order: cache hit, unbilled failure, unknown usage, no price, free.
create or replace macro litellm_cost(cost, is_cache_hit, outcome, has_no_usage, has_no_price) as case
    when is_cache_hit then 0
    when outcome = 'error' then coalesce(cost, 0)
    when cost = 0 and (has_no_usage or has_no_price) then null
    else cost
end;
-- OpenRouter sends its own cost; elsewhere usage_object.cost is LiteLLM's own figure written back.
create or replace macro litellm_is_provider_cost(provider, usage_object, has_no_price) as
    provider = 'openrouter'
    and usage_object.cost is not null
    and (usage_object.cost_details is not null or has_no_price);
