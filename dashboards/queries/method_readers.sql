-- One row per table made from one ($name).
select table_name,
from meta.method
where kind not in ('question', 'check') and list_contains(reads, $name)
order by table_name
