-- One row is one payload that can not become a row of the request log, with the first reason found.
-- Landing judges everything the staged columns can express; this holds only what they can not.
with
    judged as (
        select
            source_row,
            cast(
                json_object(
                    'status',
                    left(status, 20),
                    'call_type',
                    left(call_type, 20),
                    'model_group',
                    left(model_name_of(model_group), 60),
                    'prompt_tokens',
                    cast(prompt_tokens as varchar),
                    'completion_tokens',
                    cast(completion_tokens as varchar)
                ) as varchar
            ) as sample,
            case
                when coalesce(nullif(litellm_call_id, ''), id, '') = ''
                then 'missing_field litellm_call_id'
                when starttime is null
                then 'missing_field startTime'
                when coalesce(status, '') = ''
                then 'missing_field status'
                when coalesce(nullif(model, ''), model_group, '') = ''
                then 'missing_field model'
                when left(model, 1) in ('{', '[')
                then 'wrong_type model'
                when left(litellm_call_id, 1) in ('{', '[')
                then 'wrong_type litellm_call_id'
                when left(id, 1) in ('{', '[')
                then 'wrong_type id'
                when not (starttime >= 0 and starttime < 253402300800)
                then 'bad_ts startTime'
                when not (endtime >= 0 and endtime < 253402300800)
                then 'bad_ts endTime'
                when not isfinite(prompt_tokens)
                then 'nonfinite prompt_tokens'
                when not isfinite(completion_tokens)
                then 'nonfinite completion_tokens'
                when abs(prompt_tokens) > 9e18
                then 'tokens_too_big prompt_tokens'
                when abs(completion_tokens) > 9e18
                then 'tokens_too_big completion_tokens'
                when prompt_tokens <> trunc(prompt_tokens)
                then 'wrong_type prompt_tokens'
                when completion_tokens <> trunc(completion_tokens)
                then 'wrong_type completion_tokens'
            end as verdict,
        from litellm.read
    )

select
    source_row,
    split_part(verdict, ' ', 1) as reason,
    split_part(verdict, ' ', 2) as column_name,
    case
        reason
        when 'missing_field'
        then 'LiteLLM always logs ' || column_name || '; it is absent or empty here'
        when 'bad_ts'
        then column_name || ' is not an instant; LiteLLM logs seconds since 1970'
        when 'nonfinite'
        then column_name || ' is NaN or infinite'
        when 'tokens_too_big'
        then column_name || ' is beyond any real request'
        when 'wrong_type'
        then column_name || ' has another type than LiteLLM logs'
    end as detail,
    sample,
from judged
where verdict is not null
