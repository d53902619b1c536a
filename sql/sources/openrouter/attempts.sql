-- One row is one response of a provider, or the whole record where it lists none, with its status and clock. A view.
with
    listed as (
        select judged.*, unnest(range(1, greatest(response_count, whole_place) + 1)) as place,
        from openrouter.judged as judged
    ),

    timed as (
        select
            *,
            responses[place] as response,
            place <= response_count as is_listed,
            place = whole_place as is_whole,
            -- Attempts follow each other; a latency that can not be is landing's to refuse.
            coalesce(
                list_sum(
                    list_transform(
                        responses[1:place - 1], lambda earlier:case when earlier.latency between 0 and 1e10 then earlier.latency end
                    )
                ),
                0
            ) as earlier_ms,
            case
                when not is_whole
                then responses[place].latency
                when is_listed and responses[place].latency is not null
                then greatest(responses[place].latency, generation_time)
                else request_ms
            end as own_ms,
            is_listed and responses[place].latency is not null as has_own_clock,
        from listed
    )

select
    *,
    try_cast(response.status as smallint) as http_status,
    created_time
    + to_microseconds(cast(case when is_whole and not has_own_clock then 0 else earlier_ms end * 1000 as bigint)) as start_time,
    case
        when own_ms between 0 and 1e10 then start_time + to_microseconds(cast(own_ms * 1000 as bigint))
    end as end_time,
    case
        when not is_whole
        then 'error'
        when cancelled
        then 'cancelled'
        when finish_reason = 'error' or (is_listed and answer_place is null)
        then 'error'
        -- Nobody served it, and nothing came back.
        when not is_answered and coalesce(provider_name, '') = ''
        then 'error'
        else 'ok'
    end as outcome,
    is_whole and (outcome <> 'error' or native_tokens_completion > 0) as has_usage,
from timed
