-- One row per row whose attempt_id is repeated or known: the same content is a duplicate, another content is contested
-- and lands too, so that the outcome does not depend on which version came first.
with
    ids as (
        select attempt_id from landing.repeated
        union
        select attempt_id from landing.known
    ),

    mine as (
        select
            attempt_id,
            source_row,
            hash(row(*columns(prepared.* exclude (model_id, list_cost_usd, cache_savings_usd, is_price_backdated, batch_id, source_file, source_row, ingested_at, cost_usd, cost_source)))) as content,
            case when cost_source not in ('catalog', 'user_table') then cost_usd end as logged_cost_usd,
        from landing.prepared as prepared
        where attempt_id in (select attempt_id from ids)
    ),

    theirs as (
        select distinct
            attempt_id,
            hash(row(*columns(logged.* exclude (model_id, list_cost_usd, cache_savings_usd, is_price_backdated, batch_id, source_file, source_row, ingested_at, cost_usd, cost_source)))) as content,
            case when cost_source not in ('catalog', 'user_table') then cost_usd end as logged_cost_usd,
        from landing.logged as logged
        where attempt_id in (select attempt_id from ids)
    )

select
    mine.source_row,
    theirs.attempt_id is not null
        or row_number() over (partition by mine.attempt_id, mine.content, mine.logged_cost_usd order by mine.source_row) > 1 as is_duplicate,
from mine
left join theirs
    on mine.attempt_id = theirs.attempt_id
    and mine.content = theirs.content
    and mine.logged_cost_usd is not distinct from theirs.logged_cost_usd
