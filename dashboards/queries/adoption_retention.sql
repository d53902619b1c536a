-- One row: a cohort of a model at an age, as the heatmap draws it; the oldest cohort on top.
select
    cohort_start,
    case when grain = 'week' then strftime(cohort_start, '%-d %b') else strftime(cohort_start, '%b %Y') end as drawn_cohort,
    age,
    span_start,
    is_from_log_start,
    is_hidden,
    cohort_user_count,
    retained_user_count,
    retention_share,
    retention_share_low,
    retention_share_high,
    publication.min_users,
from rankings.retention
cross join meta.publication as publication
where grain = $grain and model_id = $model
order by cohort_start, age
