-- One row per row of the replayed batch that waits in quarantine, and per row this very replay put there before it was
-- killed (is_told).
select source_row, reason, column_name, detail, sample, batch_id = $replay as is_told,
from landing.quarantine
where batch_id in ($replayed, $replay)
