-- One row per attempt_id of the batch that the request log already holds, in the hours the batch touches.
select distinct logged.attempt_id,
from landing.logged as logged
where logged.attempt_id in (select staged.attempt_id from landing.staged as staged)
