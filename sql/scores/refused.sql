-- One row per staged score whose time is impossible for when it was received.
with
    judged as (
        select
            place,
            source_row,
            scored_at,
            case
                when scored_at > $received_at + to_microseconds(cast($future_tolerance_s * 1e6 as bigint)) then 'future_ts'
                when scored_at < $received_at - to_days(cast($too_late_days as integer)) then 'too_late'
            end as reason,
        from landing.staged
    )

select
    place,
    source_row,
    reason,
    'at' as column_name,
    'at = ' || cast(scored_at as varchar) as detail,
    cast(null as varchar) as sample,
from judged
where reason is not null
