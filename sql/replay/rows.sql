-- One row per staged row that a replay may land: it waits in quarantine (a file refused whole: any row), and this very
-- replay did not refuse it before it was killed.
select * exclude (place),
from landing.read
where
    ((select is_whole from landing.replay) or source_row in (select source_row from landing.before where not is_told))
    and source_row not in (select source_row from landing.before where is_told)
order by source_row
