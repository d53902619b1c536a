-- One row is one person named in the records, or one name that gives away a person or a key: read only to make
-- pseudonyms, never written.
with
    names as (
        select session_id as raw
        from openrouter.generations
        union
        select workspace_id as raw
        from openrouter.generations
    )

select distinct external_user as raw
from openrouter.generations
where external_user <> ''
union
select raw
from names
where is_private(raw) and raw[1] not in ('{', '[')
