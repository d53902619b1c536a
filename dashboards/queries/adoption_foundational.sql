-- One row: a monthly cohort of a model that stays longer than all that came later.
select strftime(cohort_start, '%b %Y') as cohort, cohort_user_count,
from rankings.cohorts
where model_id = $model and is_foundational
order by cohort_start
