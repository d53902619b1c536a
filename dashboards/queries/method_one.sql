-- One row: how one table, formula or check ($name) is made.
select table_name, kind, file, comment, sql, reads, formulas,
from meta.method
where kind <> 'question' and table_name = $name
