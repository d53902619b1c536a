-- One row per table of the published file: its name with its schema, and its columns.
select schema_name || '.' || table_name as table_name, list(column_name order by column_index) as column_names,
from duckdb_columns()
where not internal and database_name = current_database()
group by schema_name, table_name
order by all
