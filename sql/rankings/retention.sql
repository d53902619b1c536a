-- One row per grain (week, month), model, cohort (users whose first span with the model it was) and age in spans: how
-- many of them are active on it then. Who returns counts again. `(all)` is any model; only complete spans.
-- A cell of 1 to k - 1 users is hidden, and another of the same span beside it, since a span's users are published
-- too; a hidden cohort is hidden whole, and a span whose users rankings.active_users hides.
with
    untold as (
        select case counts.period when '1w' then 'week' else 'month' end as grain, counts.model_id, windows.start_date,
        from rankings.active_users as counts
        inner join rankings.windows on counts.period = windows.period and counts.windows_back = windows.windows_back
        where counts.is_hidden and counts.period in ('1w', '1mo')
    ),
    small as (
        select
            cells.*,
            hides_cell(
                row(cells.grain, cells.model_id, span_start),
                cohort_start,
                active_user_count between 1 and publication.min_users - 1
                or (active_user_count > 0 and untold.start_date is not null),
                row(active_user_count = 0, age = 0, active_user_count)
            ) as is_covering,
        from rankings.cohort_cells as cells
        cross join meta.publication as publication
        left join
            untold
            on cells.grain = untold.grain
            and cells.model_id = untold.model_id
            and cells.span_start = untold.start_date
    ),
    whole as (
        select
            *,
            is_covering
            or bool_or(is_covering and age = 0) over (partition by grain, model_id, cohort_start) as is_gone,
        from small
    ),
    counted as (select *, count_if(is_gone) over (partition by grain, model_id, span_start) as gone_count, from whole),
    covered as (
        -- a cell that went with its cohort must not stand alone either
        select
            *,
            is_gone
            or hides_cell(
                row(grain, model_id, span_start),
                cohort_start,
                is_gone and gone_count = 1,
                row(age = 0, active_user_count = 0, active_user_count)
            ) as is_hidden,
        from counted
    )
select
    grain,
    model_id,
    cohort_start,
    age,
    span_start,
    is_from_log_start,
    is_hidden,
    case when not bool_or(is_gone and age = 0) over cohort then cohort_user_count end as cohort_user_count,
    case when not is_hidden then active_user_count end as retained_user_count,
    case when not is_hidden then ratio(active_user_count, cohort_user_count) end as retention_share,
    case when not is_hidden then wilson_low(active_user_count, cohort_user_count) end as retention_share_low,
    case when not is_hidden then wilson_high(active_user_count, cohort_user_count) end as retention_share_high,
from covered
window cohort as (partition by grain, model_id, cohort_start)
