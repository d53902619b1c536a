-- Has a source stopped sending its log?
-- One row per source: the newest hour it has rows of, how many hours before the as-of instant that ended, and when its
-- last file came.
-- Change: nothing.
select
    sources.source,
    sources.last_hour,
    round(
        greatest(date_diff('minute', sources.last_hour + interval 1 hour, publication.as_of), 0) / 60, 1
    ) as silent_hours,
    max(batches.received_at) as last_received_at,
    sources.row_count,
from meta.sources
cross join meta.publication
left join meta.batches on sources.source = batches.source and batches.status = 'landed'
group by all
order by silent_hours desc, sources.source
