-- One row per version of an attempt that gives way, where contents of one attempt_id differ: the newest revision
-- stays, else the largest content, so that the order of arrival decides nothing.
with
    contested as (
        select attempt_id
        from lake.around
        where is_contested
    ),

    versions as (
        select
            around.batch_id,
            around.source_row,
            row_number() over (
                partition by around.attempt_id
                order by
                    around.source_revision desc nulls last,
                    around.end_time desc nulls last,
                    around.output_tokens desc nulls last,
                    around.input_tokens desc nulls last,
                    around.cost_usd desc nulls last,
                    around.status desc,
                    around.request_id desc,
                    around.model_id desc,
                    around.provider_name desc,
                    around.error_type desc nulls last,
                    around.user_id desc nulls last,
                    around.team_name desc nulls last,
                    around.app_name desc nulls last,
                    around.api_key_alias desc nulls last,
                    around.category desc nulls last,
                    around.batch_id desc,
                    around.source_row desc
            ) as place,
        from lake.around as around
        where around.attempt_id in (select contested.attempt_id from contested)
    )

select batch_id, source_row
from versions
where place > 1
