-- One row is one record that can not become rows of the request log, with the first reason found.
-- Landing judges everything the staged columns can express; this holds only what they can not.
with
    judged as (
        select
            record_row as source_row,
            cast(
                json_object(
                    'api_type',
                    left(api_type, 20),
                    'model',
                    left(model_name_of(model), 60),
                    'native_tokens_prompt',
                    cast(native_tokens_prompt as varchar),
                    'native_tokens_completion',
                    cast(native_tokens_completion as varchar)
                ) as varchar
            ) as sample,
            case
                when coalesce(id, '') = ''
                then 'missing_field id'
                when coalesce(created_at, '') = ''
                then 'missing_field created_at'
                when coalesce(model, '') = ''
                then 'missing_field model'
                when left(id, 1) in ('{', '[')
                then 'wrong_type id'
                when left(request_id, 1) in ('{', '[')
                then 'wrong_type request_id'
                when left(model, 1) in ('{', '[')
                then 'wrong_type model'
                when coalesce(not isfinite(try_cast(created_at as timestamptz)), true)
                then 'bad_ts created_at'
                when not isfinite(native_tokens_prompt)
                then 'nonfinite native_tokens_prompt'
                when not isfinite(native_tokens_completion)
                then 'nonfinite native_tokens_completion'
                when not isfinite(native_tokens_cached)
                then 'nonfinite native_tokens_cached'
                when not isfinite(native_tokens_reasoning)
                then 'nonfinite native_tokens_reasoning'
                when abs(native_tokens_prompt) > 9e18
                then 'tokens_too_big native_tokens_prompt'
                when abs(native_tokens_completion) > 9e18
                then 'tokens_too_big native_tokens_completion'
                when abs(native_tokens_cached) > 9e18
                then 'tokens_too_big native_tokens_cached'
                when abs(native_tokens_reasoning) > 9e18
                then 'tokens_too_big native_tokens_reasoning'
                when native_tokens_prompt <> trunc(native_tokens_prompt)
                then 'wrong_type native_tokens_prompt'
                when native_tokens_completion <> trunc(native_tokens_completion)
                then 'wrong_type native_tokens_completion'
                when native_tokens_cached <> trunc(native_tokens_cached)
                then 'wrong_type native_tokens_cached'
                when native_tokens_reasoning <> trunc(native_tokens_reasoning)
                then 'wrong_type native_tokens_reasoning'
                -- no gateway tries so often, and every attempt adds up those before it
                when len(provider_responses) > 1000
                then 'wrong_type provider_responses'
            end as verdict,
        from openrouter.generations
    )

select
    source_row,
    split_part(verdict, ' ', 1) as reason,
    split_part(verdict, ' ', 2) as column_name,
    case
        reason
        when 'missing_field'
        then 'OpenRouter always tells ' || column_name || '; it is absent or empty here'
        when 'bad_ts'
        then column_name || ' is not an instant; OpenRouter writes ISO 8601'
        when 'nonfinite'
        then column_name || ' is NaN or infinite'
        when 'tokens_too_big'
        then column_name || ' is beyond any real request'
        when 'wrong_type'
        then column_name || ' has another type than OpenRouter defines'
    end as detail,
    sample,
from judged
where verdict is not null
