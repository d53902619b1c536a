-- One row per day, app, model and session: its requests and what they cost. A session is named by a short hash, which
-- tells sessions apart and no more.
-- Not in current.duckdb: a session is one person's.
select
    event_date,
    app_name,
    model_id,
    left(sha256(session_id), 16) as session_id,
    cast(sum(columns('_count$')) as bigint) as "\0",
    cast(sum(columns('_usd$')) as decimal(38, 10)) as "\0",
from lake.session_hourly
group by event_date, app_name, model_id, left(sha256(session_id), 16)
