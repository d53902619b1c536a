-- One row per request that one source lacks or that differs, in order, and no more than were asked for.
select *,
from reconcile.apart
order by event_date, finding, request_id
limit $most
