-- One row: the comment of one table ($name, with its schema).
select comment,
from duckdb_tables()
where database_name = current_database() and lower(schema_name || '.' || table_name) = lower($name)
