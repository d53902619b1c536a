-- One row per neighbouring hour that holds another attempt of a request that failed: its rows must be folded again.
select distinct cast(event_date as timestamp) + to_hours(event_hour) as hour,
from landing.neighbours as logged
where
    request_id in (select request_id from landing.staged where status = 'error')
    or (status = 'error' and request_id in (select request_id from landing.staged))
