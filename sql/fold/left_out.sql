-- One row per row of the log that is not counted, and why: superseded by another version of its attempt, or nested, an
-- outer call told again by the one inside it.
select batch_id, source_row, 'superseded' as reason
from lake.superseded
union all
select distinct nested.batch_id, nested.source_row, 'nested' as reason
from lake.nested as nested
anti join lake.superseded as superseded
    on nested.batch_id = superseded.batch_id
    and nested.source_row = superseded.source_row
