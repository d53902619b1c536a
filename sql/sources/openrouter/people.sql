-- One row is one person named in the records, or one name that gives away a person or a key: read only to make
-- pseudonyms, never written.
with
    -- Nearly all differ: the sound ones are left out one by one, which costs less than finding those that are equal.
    ids as (
        select request_id as raw
        from openrouter.generations
        union all
        select id as raw
        from openrouter.generations
    ),

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
from ids
where raw <> '' and label_of(raw) is null
union
select raw
from names
where is_private(raw) and raw[1] not in ('{', '[')
