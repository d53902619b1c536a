-- One row per table of the published file: how many rows it holds and what one of them is.
select
    schema_name as "schema",
    table_name as "table",
    estimated_size as "rows",
    regexp_extract(comment, '^(.{12,}?)([:.]( |$)|$)', 1) as meaning,
from duckdb_tables()
where not internal and database_name = current_database()
order by all
