-- One row per model that appeared while the log ran, and length of comparison (1 and 4 weeks before and after): on the
-- day of its release where it was used within the weeks after, else on the day the log first saw it.
-- Only where the log covers all of the weeks on both sides.
with
    log as (select first_whole_date as first_date, today as end_date, from rankings.calendar),
    seen as (
        select model_id, min(event_date) as first_date,
        from rollups.usage_daily
        where request_count > 0
        group by model_id
    ),
    dated as (
        select
            lengths.window_weeks,
            seen.model_id,
            coalesce(
                models.released_date <= seen.first_date and seen.first_date < models.released_date + 7 * window_weeks,
                false
            ) as is_release,
            case when is_release then models.released_date else seen.first_date end as appeared_date,
        from seen
        cross join (values (1), (4)) as lengths(window_weeks)
        left join reference.models on seen.model_id = models.model_id
    )
select
    dated.window_weeks,
    dated.model_id,
    dated.appeared_date,
    dated.is_release,
    (dated.appeared_date - 7 * dated.window_weeks)::date as start_date,
    (dated.appeared_date + 7 * dated.window_weeks)::date as end_date,
from dated
inner join
    log
    on dated.appeared_date - 7 * dated.window_weeks >= log.first_date
    and dated.appeared_date + 7 * dated.window_weeks <= log.end_date
