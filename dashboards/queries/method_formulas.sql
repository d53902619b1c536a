-- One row per formula of $names.
select table_name, comment, sql,
from meta.method
where kind = 'formula' and list_contains($names, table_name)
order by table_name
