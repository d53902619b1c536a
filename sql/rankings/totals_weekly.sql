-- One row per ISO week (Monday, UTC), the latest 26 and the running one: all traffic, and change against the week
-- before.
-- A change is null for the running week, and where the log does not cover the week before; success changes in
-- percentage points.
select
    start_date as week_start,
    is_complete and is_covered as is_complete,
    * exclude (period, windows_back, start_date, is_complete, is_covered),
from rankings.window_changes
where period in ('1w', 'to_date')
