-- One row per day, dimension (team, app, api_key), its value and user (pseudonym) who sent requests under it.
-- Not in current.duckdb: rows of single people.
select event_date, dimension, dimension_value, user_id, cast(sum(request_count) as bigint) as request_count,
from lake.dimension_users_hourly
group by event_date, dimension, dimension_value, user_id
