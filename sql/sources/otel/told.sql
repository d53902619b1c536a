-- One row is one span that should become a row: every call, and those of a Broadcast request's attempts that failed with
-- another one after them. The last attempt is the request's own row: only there are its numbers, and a request that
-- failed everywhere would otherwise count its last failure twice.
with
    tries as (
        select
            response_id, count(distinct attempt_index) as tries, max(try_cast(attempt_index as smallint)) as last_index,
        from otel.calls
        where is_attempt
        group by response_id
    )

select
    calls.*,
    coalesce(tries.tries, 1) as tries,
    error_raw is not null
    or coalesce(status_code in ('2', 'STATUS_CODE_ERROR'), false)
    or coalesce(try_cast(http_status as smallint) >= 400, false) as has_failed,
from otel.calls as calls
left join tries on calls.is_broadcast and tries.response_id = calls.response_id
where not calls.is_attempt or (has_failed and try_cast(calls.attempt_index as smallint) < tries.last_index)
