-- One row per table of the published file.
select
    schema_name || '.' || table_name as table_name,
    estimated_size as row_count,
    column_count,
    comment as meaning,
from duckdb_tables()
where not internal
order by list_position(['rankings', 'rollups', 'reference', 'meta'], schema_name), table_name
