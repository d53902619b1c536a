-- One row: how many endpoints a period has where a choice exists, could be compared, and are dominated.
select
    count(*) as endpoint_count,
    count(distinct model_id) as model_count,
    count(*) filter (where is_compared) as compared_count,
    count(*) filter (where is_dominated) as dominated_count,
from rankings.endpoints
where period = $period
