-- What every gateway's log needs: the field's names for providers and finish reasons, and text without people in it.
-- Whether a text holds an e-mail, a key ('sk-...', 'Bearer ...') or an IP address, version 4 or 6.
create or replace macro is_private(text) as contains(text, '@') or regexp_matches(
    text,
    '(?i)\bsk-\w|\bbearer\s|(?:^|[^0-9.])(?:\d{1,3}\.){3}\d{1,3}(?:$|[^0-9])|'
    || '(?:^|[^0-9a-z])(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,6})?::[0-9a-f]{1,4}'
    || '(?::[0-9a-f]{1,4}){0,6}|[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,6}::)(?:$|[^0-9a-z:])'
);
-- Whether a part of a JSON text is another thing than the object ('{') or list ('[') expected; what is empty is neither.
create or replace macro is_misshapen(part, opens) as
    left(cast(part as varchar), 1) <> opens and cast(part as varchar) not in ('null', '""', '{}', '[]');
-- A name a person gave (key, team, application): what is empty, private or a JSON value is no name.
create or replace macro label_of(name) as
    case when name <> '' and name[1] not in ('{', '[') and not is_private(name) then name end;
-- OpenTelemetry's well-known provider name for a gateway's slug; an unknown slug stays as it is, unless it is no name.
create or replace macro provider_of(slug) as case lower(slug)
    when 'azure' then 'azure.ai.openai'
    when 'azure_ai' then 'azure.ai.inference'
    when 'bedrock' then 'aws.bedrock'
    when 'bedrock_converse' then 'aws.bedrock'
    when 'vertex_ai' then 'gcp.vertex_ai'
    when 'vertex_ai_beta' then 'gcp.vertex_ai'
    when 'gemini' then 'gcp.gemini'
    when 'mistral' then 'mistral_ai'
    when 'xai' then 'x_ai'
    when 'watsonx' then 'ibm.watsonx.ai'
    when 'text-completion-openai' then 'openai'
    else lower(label_of(slug))
end;
-- One vocabulary for the reasons of OpenAI, Anthropic, Gemini and Cohere.
create or replace macro finish_reason_of(raw) as case
    when raw is null or raw = '' then null
    when lower(raw) in ('stop', 'end_turn', 'stop_sequence', 'complete', 'eos') then 'stop'
    when lower(raw) in ('length', 'max_tokens', 'model_length') then 'length'
    when lower(raw) in ('tool_calls', 'tool_use', 'function_call') then 'tool_calls'
    when lower(raw) in ('content_filter', 'safety', 'recitation', 'refusal', 'blocklist') then 'content_filter'
    when lower(raw) = 'error' then 'error'
    else 'other'
end;
-- The class of a numeric HTTP status, where the gateway gives no better reason.
create or replace macro error_type_of_http(code) as case
    when code = 429 then 'rate_limit'
    when code in (408, 504) then 'timeout'
    when code in (401, 403) then 'auth'
    when code in (503, 529) then 'overloaded'
    when code between 400 and 499 then 'bad_request'
    when code between 500 and 599 then 'server_error'
end;
-- Of 'host:port' the host. The whole is looked at, as an address of version 6 holds colons itself.
create or replace macro host_at(place) as
    case when not is_private(place) then nullif(lower(split_part(place, ':', 1)), '') end;
-- Host of a URL: no user, port, path or query, and no address.
create or replace macro url_host(url) as
    host_at(regexp_extract(url, '^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#]*@)?([^/?#@\[\]]+)(?:[/?#]|$)', 1));
-- 'claude-cli/2.1.0 (external, cli)' is claude-cli, 'OpenAI/Python 2.54.0' is openai-python. Only the first word counts:
-- browsers and versions look like addresses further on.
create or replace macro user_agent_family(agent) as case
    when not contains(regexp_extract(agent, '^\S+'), '@') and not is_private(regexp_extract(agent, '^[^\s/]+'))
    then nullif(
        replace(lower(regexp_extract(agent, '^(?:[Aa]sync)?([Oo]pen[Aa][Ii]/(?:[Pp]ython|[Jj][Ss])|[A-Za-z0-9._-]{1,60})', 1)), '/', '-'),
        ''
    )
end;
-- A provider's code for a failure: one short word, and no key or address.
create or replace macro error_code_of(raw) as
    case when regexp_full_match(raw, '[A-Za-z0-9_.-]{1,64}') and not is_private(raw) then raw end;
-- A label short enough for a column, as landing measures it (refused.sql).
create or replace macro is_tag(tag) as label_of(tag) is not null and strlen(tag) <= 1000;
-- The tags that are labels; LiteLLM adds 'User-Agent: ...' ones of its own.
create or replace macro tags_of(logged) as
    list_filter(logged, lambda tag:is_tag(tag) and not starts_with(tag, 'User-Agent:'));
-- A model's name, without a person's e-mail or key in it; 'claude-sonnet-4-5@20250929' is neither (pipeline/names.py).
create or replace macro model_name_of(raw) as case
    when regexp_matches(raw, '(?i)[^@\s/]@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}|\bsk-[\w-]{20,}') then 'redacted'
    else raw
end;
create or replace macro is_key_hash(text) as regexp_full_match(text, '[0-9a-f]{64}');
-- Control, format and direction characters, and the line ends that only some programs know.
create or replace macro is_unprintable(text) as regexp_matches(text, '[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]');
create or replace macro printable(text) as regexp_replace(text, '[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]', '', 'g');
-- Why a model's or provider's name is refused.
create or replace macro fault_of_name(name) as case
    when length(name) between 1 and 200 then 'holds control characters'
    else 'has ' || coalesce(cast(length(name) as varchar), 'no') || ' characters'
end;
