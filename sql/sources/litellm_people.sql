-- One row is one person named in the payloads, as logged: read only to make pseudonyms, never written.
select metadata.user_api_key_user_id as raw
from sources.litellm_read
where metadata.user_api_key_user_id <> ''
union
select end_user as raw
from sources.litellm_read
where end_user <> ''
