-- One row per row that the source can still not read, or that this very replay refused before it was killed.
select source_row, reason, column_name, detail, sample,
from landing.read_rejects
where
    ((select is_whole from landing.replay) or source_row in (select source_row from landing.before where not is_told))
    and source_row not in (select source_row from landing.before where is_told)
union all
select source_row, reason, column_name, detail, sample,
from landing.before
where is_told
