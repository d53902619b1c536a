-- One row per dated change of method, the newest first.
select changed_on, subject, change_made, table_name,
from reference.method_changes
order by changed_on desc, subject
