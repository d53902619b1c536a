-- One row: a model that anybody known used in the latest weeks the page can draw, the most people first.
select model_id, max(active_user_count) as active_user_count,
from rankings.active_users
cross join meta.publication as publication
where period = '1w' and model_id not in ('(all)', 'other') and active_user_count >= min_users
group by model_id
order by arg_min(active_user_count, windows_back) desc, model_id
