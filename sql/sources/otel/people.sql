-- One row is one person named in the spans, or one name that gives away a person or a key, as logged: read only to make
-- pseudonyms, never written.
select user_name as raw
from otel.told
where user_name is not null
union
select end_user as raw
from otel.told
where end_user is not null
union
select private_team as raw
from otel.told
where private_team is not null
union
select unnest([conversation, api_key_name, response_id]) as raw
from otel.told
where is_private(concat_ws(' ', conversation, api_key_name, response_id))
