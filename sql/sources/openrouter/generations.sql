-- One row is one generation record, whichever way it was delivered. A view.
select source_row as record_row, * exclude (source_row, data),
from openrouter.read
where data is null
union all by name
select source_row as record_row, unnest(data),
from openrouter.read
where data is not null
