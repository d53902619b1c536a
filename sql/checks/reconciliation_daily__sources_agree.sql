-- severity: warn
-- Of each pair that setting `reconcile` names, no day of the last four weeks differs by more than the tolerance, from
-- the first day both have rows of, and with a day's time for logs to arrive.
with
    begun as (
        select
            source,
            reference_source,
            greatest(
                min(event_date) filter (where request_count > 0), min(event_date) filter (where reference_request_count > 0)
            ) as first_date,
            count(*) filter (where request_count > 0) > 0 and count(*) filter (where reference_request_count > 0) > 0 as is_begun,
        from rollups.reconciliation_daily
        group by source, reference_source
    )

select days.event_date, days.source, days.reference_source, days.largest_difference_share,
from rollups.reconciliation_daily as days
inner join begun on days.source = begun.source and days.reference_source = begun.reference_source
cross join (
    select days.event_date as today
    from meta.days as days
    inner join meta.publication as publication on publication.as_of >= days.starts_at and publication.as_of < days.ends_at
) as calendar
where
    begun.is_begun
    and days.event_date >= begun.first_date
    and days.event_date < calendar.today - 1
    and days.event_date >= calendar.today - 28
    and days.largest_difference_share > days.tolerance_share
