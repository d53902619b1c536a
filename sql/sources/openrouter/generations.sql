-- One row is one generation record, whichever way it was delivered. A view.
select coalesce(podium_source_row, rowid + 1) as record_row, * exclude (podium_source_row, data),
from openrouter.read
where data is null
union all by name
select coalesce(podium_source_row, rowid + 1) as record_row, unnest(data),
from openrouter.read
where data is not null
