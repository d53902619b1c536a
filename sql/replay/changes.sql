-- One row per row whose refusal is another one than before the replay, or none any more.
with
    now_refused as (select source_row, reason, column_name from landing.refused),
    told_before as (select source_row, reason, column_name from landing.before where not is_told)

(from now_refused except from told_before)
union all
(from told_before except from now_refused)
union all
select source_row, reason, column_name,
from landing.before
where is_told
