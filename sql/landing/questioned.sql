-- One row per row whose attempt_id is repeated or known: the same content is a duplicate, another content is contested
-- and lands too, so that the outcome does not depend on which version came first. A cost from a price list is no content:
-- the list may have changed in between.
with
    ids as (
        select attempt_id from landing.repeated
        union
        select attempt_id from landing.known
    ),

    mine as (
        select
            attempt_id,
            place,
            case when cost_source not in ('catalog', 'user_table') then to_usd(cost_usd) end as logged_cost_usd,
            hash(
                row(
                    *columns(
                        staged.* exclude (
                            place, source_row, model_raw, cost_usd, input_cost_usd, output_cost_usd, cost_source
                        )
                    )
                )
            ) as content,
        from landing.staged as staged
        where
            attempt_id in (select ids.attempt_id from ids)
            and place not in (select refused.place from landing.refused as refused where refused.place is not null)
    ),

    theirs as (
        select distinct
            attempt_id,
            case when cost_source not in ('catalog', 'user_table') then cost_usd end as logged_cost_usd,
            hash(
                row(
                    *columns(
                        logged.* exclude (
                            outer_span_id, model_id, list_cost_usd, cache_savings_usd, is_price_backdated, ttft_bucket,
                            duration_bucket, output_speed_bucket, batch_id, source_file, source_row, ingested_at,
                            is_contested, event_date, event_hour, cost_usd, input_cost_usd, output_cost_usd, cost_source
                        )
                    )
                )
            ) as content,
        from landing.logged as logged
        where attempt_id in (select ids.attempt_id from ids)
    )

select
    mine.place,
    theirs.attempt_id is not null
    or row_number() over (
        partition by mine.attempt_id, mine.content, mine.logged_cost_usd order by mine.place
    ) > 1 as is_duplicate,
from mine
left join theirs
    on mine.attempt_id = theirs.attempt_id
    and mine.content = theirs.content
    and mine.logged_cost_usd is not distinct from theirs.logged_cost_usd
