-- The words of OpenTelemetry's GenAI conventions, their older spellings and their dialects, in the field's own (after
-- sources.sql, whose macros it
-- uses).
-- An AnyValue as text; of an array, its first text.
create or replace macro otel_value(any_value) as coalesce(
    any_value."stringValue",
    any_value."intValue",
    any_value."doubleValue",
    any_value."boolValue",
    any_value."arrayValue"."values"[1]."stringValue"
);
-- What an attribute says; empty is nothing.
create or replace macro otel_told(names, texts, name) as nullif(texts[list_position(names, name)], '');
-- The operation of a model call, NULL for anything else (invoke_agent, execute_tool, CHAIN): LiteLLM writes
-- acompletion,
-- Envoy completion, messages and embedding, OpenInference the kind of its span.
create or replace macro otel_operation(raw) as case lower(raw)
    when 'chat' then 'chat'
    when 'llm' then 'chat'
    when 'messages' then 'chat'
    when 'responses' then 'chat'
    when 'acompletion' then 'chat'
    when 'aresponses' then 'chat'
    when 'text_completion' then 'text_completion'
    when 'atext_completion' then 'text_completion'
    when 'completion' then 'text_completion'
    when 'generate_content' then 'generate_content'
    when 'embeddings' then 'embeddings'
    when 'embedding' then 'embeddings'
    when 'aembedding' then 'embeddings'
    when 'rerank' then 'rerank'
    when 'reranker' then 'rerank'
    when 'arerank' then 'rerank'
    when 'image_generation' then 'image_generation'
    when 'aimage_generation' then 'image_generation'
    when 'speech' then 'speech'
    when 'aspeech' then 'speech'
    when 'transcription' then 'transcription'
    when 'atranscription' then 'transcription'
end;
-- gen_ai.system's values and Cloudflare's slugs in gen_ai.provider.name's; Envoy's 'namespace/backend/...' is its
-- backend.
create or replace macro otel_provider(raw) as case lower(raw)
    when 'az.ai.openai' then 'azure.ai.openai'
    when 'azure-openai' then 'azure.ai.openai'
    when 'az.ai.inference' then 'azure.ai.inference'
    when 'aws' then 'aws.bedrock'
    when 'aws-bedrock' then 'aws.bedrock'
    when 'google-vertex-ai' then 'gcp.vertex_ai'
    when 'google-ai-studio' then 'gcp.gemini'
    when 'mistralai' then 'mistral_ai'
    when 'grok' then 'x_ai'
    when 'perplexity-ai' then 'perplexity'
    when 'workers-ai' then 'cloudflare'
    else provider_of(if(contains(raw, '/'), split_part(raw, '/', 2), raw))
end;
-- By an exception's class or a provider's code without 'Error', or by the HTTP status.
create or replace macro otel_error_of_class(class, http_status) as case
    when class in ('ratelimit', 'rate_limit', 'rate_limit_exceeded', 'toomanyrequests', 'throttling', 'resourceexhausted') then 'rate_limit'
    when class in ('apitimeout', 'timeout', 'readtimeout', 'connecttimeout', 'deadlineexceeded') then 'timeout'
    when class in ('apiconnection', 'connection', 'connect', 'read', 'remoteprotocol') then 'connection'
    when class in ('authentication', 'permissiondenied', 'permission') then 'auth'
    when class in ('contextwindowexceeded', 'context_length_exceeded') then 'context_length'
    when class in ('contentpolicyviolation', 'content_filter') then 'content_filter'
    when class in ('budgetexceeded', 'insufficient_quota') or http_status = 402 then 'budget'
    when class in ('cancelled', 'canceled', 'clientdisconnected') or http_status = 499 then 'cancelled'
    when class in ('badrequest', 'notfound', 'conflict', 'unprocessableentity', 'invalid_request') then 'bad_request'
    when class in ('internalserver', 'server', 'api') then 'server_error'
    when class in ('overloaded', 'serviceunavailable') then 'overloaded'
    else error_type_of_http(http_status)
end;
-- error.type is an exception's class, with or without its module, a provider's code, or an HTTP status.
create or replace macro otel_error_type(raw) as otel_error_of_class(
    lower(regexp_replace(regexp_extract(raw, '[^.]+$'), '(?i)_?(error|exception)$', '')), try_cast(raw as smallint)
);
-- Why a logged number is no count of tokens, as 'reason column'.
create or replace macro otel_fault_of_count(told, name) as case
    when told is null then null
    when try_cast(told as double) is null then 'wrong_type ' || name
    when not isfinite(try_cast(told as double)) then 'nonfinite ' || name
    when abs(try_cast(told as double)) > 1e18 then 'tokens_too_big ' || name
    when try_cast(told as double) <> trunc(try_cast(told as double)) then 'wrong_type ' || name
end;
