-- One row per check of one table ($name): what it claims, and whether that holds in this version.
select claim, description, severity, violation_count, is_ok, check_name,
from meta.checks
where table_name in (replace($name, '.', '_'), regexp_extract($name, '^(?:rollups|meta)\.(.+)$', 1))
order by is_ok, check_name
