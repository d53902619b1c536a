-- One row: an app whose sessions have a cost.
select app_name,
from rankings.session_cost
where session_cost_p50_usd is not null
group by app_name
order by sum(session_count) desc, app_name
