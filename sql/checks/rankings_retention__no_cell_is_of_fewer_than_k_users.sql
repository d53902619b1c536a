-- Whatever is told of users is of k of them at least, and a cohort is whole at the start.
select model_id,
from rankings.retention
cross join meta.publication as publication
where
    retained_user_count between 1 and min_users - 1
    or cohort_user_count < min_users
    or (age = 0 and retained_user_count <> cohort_user_count)
    or retention_share not between retention_share_low - 1e-9
    and retention_share_high + 1e-9
union all
select to_model_id as model_id,
from rankings.substitution
cross join meta.publication as publication
where user_count < min_users
