-- One row: a delivered file and what became of it, as published and as drawn (`drawn_`), the latest hundred.
select *, [status] as drawn_status, concat_ws(': ', reason, detail) as drawn_why,
from meta.batches
where ($source is null or source = $source) and ($day is null or received_at::date = $day::date)
order by received_at desc, source_file
limit 100
