-- One row: a published table's or column's own description; column_name is null for the table.
select schema_name || '.' || table_name as table_name, null as column_name, comment,
from duckdb_tables()
where comment is not null and list_contains($tables, schema_name || '.' || table_name)
union all
select schema_name || '.' || table_name, column_name, comment,
from duckdb_columns()
where comment is not null and list_contains($tables, schema_name || '.' || table_name)
