-- One row is one SpendLogs row that can not become a row of the request log, with the first reason found.
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
                when misfit is not null
                then misfit
                when request_id is null
                then 'missing_field request_id'
                when start_time is null
                then 'missing_field startTime'
                when status is null
                then 'missing_field status'
                when coalesce(model, model_group, metadata.original_model_group) is null
                then 'missing_field model'
                when not isfinite(start_time)
                then 'bad_ts startTime'
                when not isfinite(end_time)
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
        from litellm_spendlogs.read
    )

select
    source_row,
    split_part(verdict, ' ', 1) as reason,
    split_part(verdict, ' ', 2) as column_name,
    case
        reason
        when 'missing_field'
        then 'LiteLLM always writes ' || column_name || '; it is NULL or empty here'
        when 'bad_ts'
        then column_name || ' is not an instant'
        when 'nonfinite'
        then column_name || ' is NaN or infinite'
        when 'tokens_too_big'
        then column_name || ' is beyond any real request'
        when 'bad_json'
        then column_name || ' is not JSON'
        when 'wrong_type'
        then column_name || ' has another type than in LiteLLM_SpendLogs'
    end as detail,
    sample,
from judged
where verdict is not null
