-- One row: a table of the published file that machines may ask for: a ranking by period, with its columns in order.
select
    tables.table_name as name,
    coalesce(any_value(tables.comment), '') as definition,
    list(
        {'name':columns.column_name, 'type':columns.data_type, 'meaning':coalesce(columns.comment, '')}
        order by columns.column_index
    ) as columns,
from duckdb_tables() as tables
inner join duckdb_columns() as columns using (database_name, schema_name, table_name)
where tables.schema_name = 'rankings' and not list_contains($steps, tables.table_name)
group by tables.table_name
having
    bool_or(column_name = 'period') and (bool_or(column_name = 'rank') or list_contains($unranked, tables.table_name))
order by tables.table_name
