-- One row per column of one table ($name, with its schema), in its order: type and meaning.
select column_name as "column", data_type as type, comment as meaning,
from duckdb_columns()
where database_name = current_database() and lower(schema_name || '.' || table_name) = lower($name)
order by column_index
