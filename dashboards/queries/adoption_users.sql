-- One row: the known users of a charted model in a week; no row where they are fewer than k.
select weekly.week_start, weekly.model_id as entity_id, weekly.active_user_count::double as value,
from rankings.weekly
cross join meta.publication as publication
where list_contains($charted, weekly.model_id) and weekly.active_user_count >= publication.min_users
order by weekly.week_start, weekly.model_id
