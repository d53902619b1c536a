-- One row per day, user (pseudonym; NULL where the log names none) and model.
-- Not in current.duckdb: rows of single people.
select
    event_date,
    user_id,
    model_id,
    cast(sum(columns('_count$|_tokens$')) as bigint) as "\0",
    cast(sum(columns('_usd$')) as decimal(38, 10)) as "\0",
from lake.user_activity_hourly
group by event_date, user_id, model_id
