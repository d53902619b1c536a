-- One row per table, formula and check whose name, comment or SQL holds $q: those of the file first, formulas last.
select table_name, kind, file, comment, sql, reads, formulas,
from meta.method
where kind <> 'question' and contains(lower(table_name || ' ' || comment || ' ' || sql), lower($q))
order by
    list_position(
        ['ranking', 'rollup', 'record', 'hourly rollup', 'request folding', 'check', 'formula'], kind
    ),
    table_name
