-- One row is one person named in the rows, or one name that gives away a person or a key, as logged: read only to make
-- pseudonyms, never written.
with
    people as (
        select key_owner as raw
        from litellm_spendlogs.read
        union
        select end_user as raw
        from litellm_spendlogs.read
    ),

    keys as (select distinct api_key as raw from litellm_spendlogs.read),

    -- Nearly all differ: the sound ones are left out one by one, which costs less than finding those that are equal.
    ids as (
        select litellm_request(coalesce(litellm_call_id, metadata.litellm_call_id, request_id)) as raw
        from litellm_spendlogs.read
        union all
        select litellm_request(request_id) as raw
        from litellm_spendlogs.read
    ),

    names as materialized(
        select metadata.user_api_key_alias as raw
        from litellm_spendlogs.read
        union
        select metadata.user_api_key_team_alias as raw
        from litellm_spendlogs.read
        union
        select metadata.user_api_key_project_id as raw
        from litellm_spendlogs.read
        union
        select team_id as raw
        from litellm_spendlogs.read
        union
        select organization_id as raw
        from litellm_spendlogs.read
        union
        select session_id as raw
        from litellm_spendlogs.read
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
