-- One row per delivered file and per replay of one: rows_in = rows_landed + rows_duplicate + rows_quarantined, exactly.
-- A row of a file counts once: the refused rows that a replay judged again are the replay's, not the earlier batch's.
with
    replays as (
        select batch_id, substr(delivery, 8) as replays_batch_id,
        from lake.batches
        where starts_with(delivery, 'replay:')
    ),

    linked as (
        select
            batches.*,
            replays.replays_batch_id,
            batches.batch_id in (select replays_batch_id from replays) as is_replayed,
            replays.replays_batch_id in (select batch_id from lake.batches where status = 'landed') as takes_rows_on,
        from lake.batches as batches
        left join replays on batches.batch_id = replays.batch_id
    )

select
    batch_id,
    source,
    source_file,
    utc(received_at) as received_at,
    case when is_replayed and status = 'quarantined' then 'replayed' else status end as status,
    reason,
    detail,
    file_bytes,
    rows_in - case when is_replayed then rows_quarantined else 0 end as rows_in,
    rows_landed,
    rows_duplicate,
    case when is_replayed then 0 else rows_quarantined end as rows_quarantined,
    case when is_replayed then '{}' else reasons end as reasons,
    len(hours) as hour_count,
    sequence as batch_sequence,
    replays_batch_id,
    not coalesce(takes_rows_on, false) and not (is_replayed and status = 'quarantined') as is_file,
from linked
order by batch_sequence
