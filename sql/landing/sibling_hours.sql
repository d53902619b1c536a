-- One row per neighbouring hour that holds another row of a request in the batch: it must be folded again.
select distinct cast(event_date as timestamp) + to_hours(event_hour) as hour,
from landing.neighbours as logged
where request_id in (select request_id from landing.staged)
