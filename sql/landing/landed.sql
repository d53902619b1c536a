-- One row per row that lands: prepared, less the duplicates.
select
    prepared.*,
    prepared.source_row in (select source_row from landing.questioned where not is_duplicate) as is_contested,
from landing.prepared as prepared
where prepared.source_row not in (select source_row from landing.questioned where is_duplicate)
