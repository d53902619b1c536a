-- One row is one person named in the log, or one name that gives away a person or a key, as logged: read only to make
-- pseudonyms, never written.
with
    people as materialized(
        select unnest(
            [
                request_id_person,
                trace_id_person,
                span_id_person,
                enclosing_span_id_person,
                conversation_id_person,
                response_id_person,
                api_key_id_person,
                api_key_alias_person,
                user_id_person,
                end_user_id_person,
                team_id_person,
                team_name_person,
                org_id_person,
                project_id_person,
            ]
        ) as raw,
        from mapped.typed
        where verdict is null
    )

select distinct raw
from people
where raw <> ''
