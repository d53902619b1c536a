-- One row per attempt of a request that has several rows: its place among those that began in its own hour or the
-- hours on either side. A row sees no further, so the outcome does not depend on which hours are folded together.
with
    repeated as (
        select request_id
        from lake.around
        group by request_id
        having count(*) > 1
    ),

    ordered as (
        select
            around.request_id,
            around.batch_id,
            around.source_row,
            around.hour,
            around.request_model,
            around.status,
            around.cost_usd,
            row_number() over (
                partition by around.request_id
                order by
                    case when around.status = 'error' then 1 else 0 end,
                    around.end_time desc nulls last,
                    around.attempt_id desc
            ) as place_from_end,
            row_number() over (
                partition by around.request_id
                order by around.attempt_index nulls last, around.end_time nulls last, around.attempt_id
            ) as place_from_start,
        from lake.around as around
        where around.request_id in (select repeated.request_id from repeated)
    ),

    seen as (
        select
            mine.request_id,
            mine.batch_id,
            mine.source_row,
            count(*) as sibling_count,
            sum(theirs.cost_usd) as request_usd,
            min(theirs.place_from_end) = mine.place_from_end as is_last,
            min(theirs.place_from_start) as first_place,
            min(theirs.place_from_start) = mine.place_from_start as is_first,
            min(case when theirs.status = 'ok' then theirs.place_from_end end) = min(theirs.place_from_end) as is_answered,
        from ordered as mine
        inner join ordered as theirs
            on mine.request_id = theirs.request_id
            and theirs.hour >= mine.hour - interval '1' hour
            and theirs.hour <= mine.hour + interval '1' hour
        group by mine.request_id, mine.batch_id, mine.source_row, mine.place_from_end, mine.place_from_start
    )

select
    seen.batch_id,
    seen.source_row,
    seen.is_last,
    seen.is_first,
    -- Its request's first attempt failed and a later one answered.
    coalesce(seen.is_answered, false) and ordered.status = 'error' as is_rescue,
    seen.sibling_count,
    seen.request_usd,
    ordered.request_model as first_request_model,
from seen
inner join ordered
    on seen.request_id = ordered.request_id
    and seen.first_place = ordered.place_from_start
