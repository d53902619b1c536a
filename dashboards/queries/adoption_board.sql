-- One row: a model with k users in the latest complete week, week or month being the grain of what follows: how many of
-- its users came in the latest span, and how many of all that came before stayed 1, 2 and 3 spans on (of the cells that
-- may be told; those who were there when the log began are left out).
with
    stays as (
        select
            model_id,
            max(cohort_user_count) filter (where age = 0 and span_start = newest.start_date) as new_user_count,
            sum(cohort_user_count) filter (where age = 1) as cohort_user_count,
            sum(retained_user_count) filter (where age = 1) * 100 / sum(cohort_user_count) filter (where age = 1)
                as stay_1_percent,
            sum(retained_user_count) filter (where age = 2) * 100 / sum(cohort_user_count) filter (where age = 2)
                as stay_2_percent,
            sum(retained_user_count) filter (where age = 3) * 100 / sum(cohort_user_count) filter (where age = 3)
                as stay_3_percent,
        from rankings.retention
        cross join (
            select max(start_date) as start_date
            from rankings.spans
            where grain = $grain
        ) as newest
        where grain = $grain and not is_hidden and not is_from_log_start and cohort_user_count is not null
        group by model_id
    )
select
    users.model_id,
    users.active_user_count,
    stays.new_user_count,
    stays.cohort_user_count::bigint as cohort_user_count,
    stays.stay_1_percent,
    stays.stay_2_percent,
    stays.stay_3_percent,
from rankings.active_users as users
cross join meta.publication as publication
left join stays on users.model_id = stays.model_id
where
    users.period = '1w'
    and users.windows_back = 0
    and users.model_id not in ('(all)', 'other')
    and users.active_user_count >= publication.min_users
order by users.active_user_count desc, users.model_id
