-- One row per column of the published file, or of one table of it ($table): type, unit and meaning.
select
    schema_name || '.' || table_name as table_name,
    column_name,
    data_type,
    regexp_extract(comment, ' \[([^\]]+)\]$', 1) as unit,
    regexp_replace(comment, ' \[[^\]]+\]$', '') as meaning,
from duckdb_columns()
where not internal and ($table is null or schema_name || '.' || table_name = $table)
order by list_position(['rankings', 'rollups', 'reference', 'meta'], schema_name), table_name, column_index
