-- One row per model and monthly cohort that may be seen: whether it is foundational, that is stays longer than those
-- who came after: it came in the model's first two months in the log, and at every age from three months on its
-- share's low end lies above the high end of all later cohorts' together. NULL where none is old enough to compare.
with
    cells as (
        select *, cohort_start < min(cohort_start) over (partition by model_id) + interval 2 months as is_early,
        from rankings.retention
        where grain = 'month'
    ),
    later as (
        select model_id, age, wilson_high(sum(retained_user_count), sum(cohort_user_count)) as retention_share_high,
        from cells
        where not is_early and not is_hidden
        group by model_id, age
    )
select
    cells.model_id,
    cells.cohort_start,
    any_value(cells.cohort_user_count) as cohort_user_count,
    bool_and(
        case
            when not cells.is_from_log_start and cells.is_early and cells.age >= 3
            then cells.retention_share_low > later.retention_share_high
        end
    ) as is_foundational,
from cells
left join later on cells.model_id = later.model_id and cells.age = later.age
group by cells.model_id, cells.cohort_start
having any_value(cells.cohort_user_count) is not null
