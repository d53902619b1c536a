-- One row per attempt where versions of one attempt_id differ: the newest revision, else the largest content, so
-- that the order of arrival decides nothing.
with
    contested as (
        select attempt_id
        from lake.attempts
        where is_contested
    ),

    versions as (
        select
            attempts.*,
            row_number() over (
                partition by attempts.attempt_id
                order by
                    attempts.source_revision desc nulls last,
                    attempts.end_time desc nulls last,
                    attempts.output_tokens desc nulls last,
                    attempts.input_tokens desc nulls last,
                    attempts.cost_usd desc nulls last,
                    attempts.status desc,
                    attempts.request_id desc,
                    attempts.model_id desc,
                    attempts.provider_name desc,
                    attempts.error_type desc nulls last,
                    attempts.user_id desc nulls last,
                    attempts.team_name desc nulls last,
                    attempts.app_name desc nulls last,
                    attempts.api_key_alias desc nulls last,
                    attempts.category desc nulls last,
                    attempts.batch_id desc,
                    attempts.source_row desc
            ) as place,
        from lake.attempts as attempts
        where attempts.attempt_id in (select contested.attempt_id from contested)
    )

select attempts.*, 1 as place
from lake.attempts as attempts
where attempts.attempt_id not in (select contested.attempt_id from contested)
union all
select versions.*
from versions
where versions.place = 1
