-- One row per complete period: all traffic in it, and each figure's change against the equal period before.
-- A change is null where the log does not cover the period before; success changes in percentage points.
select * exclude (windows_back, start_date, is_complete, is_covered),
from rankings.window_changes
where windows_back = 0 and is_complete
