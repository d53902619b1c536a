-- One row: a quarantined row, without prompts or people; the latest two hundred.
select reason, column_name, detail, sample, source, source_file, source_row, received_at,
from meta.quarantine
where
    ($source is null or source = $source)
    and ($day is null or received_at::date = $day::date)
    and ($reason is null or reason = $reason)
order by received_at desc, source_file, source_row
limit 200
