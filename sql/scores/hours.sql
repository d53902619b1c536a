-- One row per hour of the request log that holds a row of a request these scores count for.
select distinct cast(logged.event_date as timestamp) + to_hours(logged.event_hour) as hour,
from landing.scored as scored
inner join landing.logged as logged
    on scored.request_id = logged.request_id
    and is_score_due(logged.event_date, scored.event_date, $score_days)
