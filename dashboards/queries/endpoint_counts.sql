-- One row: how many endpoints a period has where a choice exists, could be compared, and are dominated: clearly, or within
-- error.
select
    count(*) as endpoint_count,
    count(distinct model_id) as model_count,
    count(*) filter (where is_compared) as compared_count,
    count(*) filter (where is_clear) as clear_count,
    count(*) filter (where not is_clear) as within_error_count,
from rankings.endpoints
where period = $period
