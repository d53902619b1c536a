-- One row: a check of this published file, failures first.
select
    is_ok,
    severity,
    case when is_ok then ['ok'] when severity = 'error' then ['failed'] else ['warning'] end as outcome,
    table_name,
    claim,
    description,
    violation_count,
    checked_at,
from meta.checks
order by is_ok, severity, table_name, claim
