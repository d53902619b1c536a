-- One row per hour, dimension (team, app, api_key), its value and user who sent requests under it; only where the log
-- names both.
select
    event_date,
    hour,
    case when grouping(team) = 0 then 'team' when grouping(app_name) = 0 then 'app' else 'api_key' end as dimension,
    coalesce(team, app_name, api_key) as dimension_value,
    user_id,
    count(case when is_final then 1 end) as request_count,
from lake.folded
where user_id is not null
group by
    grouping sets (
        (event_date, hour, user_id, team), (event_date, hour, user_id, app_name), (event_date, hour, user_id, api_key)
    )
having coalesce(team, app_name, api_key) is not null
