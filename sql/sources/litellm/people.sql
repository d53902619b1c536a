-- One row is one person named in the payloads, or one name that gives away a person or a key, as logged: read only to
-- make pseudonyms, never written.
with
    people as (
        select metadata.user_api_key_user_id as raw
        from litellm.read
        union
        select end_user as raw
        from litellm.read
    ),

    keys as (select distinct metadata.user_api_key_hash as raw from litellm.read),

    -- Nearly all differ: the sound ones are left out one by one, which costs less than finding those that are equal.
    ids as (
        select litellm_request(coalesce(nullif(litellm_call_id, ''), id)) as raw
        from litellm.read
        union all
        select id as raw
        from litellm.read
    ),

    names as materialized(
        select metadata.user_api_key_alias as raw
        from litellm.read
        union
        select metadata.user_api_key_team_id as raw
        from litellm.read
        union
        select metadata.user_api_key_team_alias as raw
        from litellm.read
        union
        select metadata.user_api_key_org_id as raw
        from litellm.read
        union
        select metadata.user_api_key_project_id as raw
        from litellm.read
        union
        select trace_id as raw
        from litellm.read
    )

select raw
from people
where raw <> ''
union
select raw
from keys
where raw <> '' and not is_key_hash(raw)
union
select raw
from names
where is_private(raw) and raw[1] not in ('{', '[')
union
select raw
from ids
where raw <> '' and label_of(raw) is null
