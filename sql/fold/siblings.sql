-- One row per attempt of a request that has a failure (only those have more than one row): its place among them.
with
    failed as (
        select distinct request_id
        from lake.around
        where status = 'error'
    ),

    attempts as (
        select
            around.request_id,
            around.attempt_id,
            around.batch_id,
            around.source_row,
            around.status,
            around.end_time,
            around.request_model,
        from lake.around as around
        where around.request_id in (select failed.request_id from failed)
    )

select
    batch_id,
    source_row,
    row_number() over (
        partition by request_id
        order by case when status = 'error' then 1 else 0 end, end_time desc nulls last, attempt_id desc
    ) as place_from_end,
    count(*) over (partition by request_id) as sibling_count,
    first_value(request_model) over (
        partition by request_id order by end_time nulls last, attempt_id
    ) as first_request_model,
from attempts
