-- One row per row whose attempt_id is repeated or known: the same content is a duplicate, another content is contested
-- and lands too, so that the outcome does not depend on which version came first.
with
    ids as (
        select attempt_id from landing.repeated
        union
        select attempt_id from landing.known
    ),

    -- By name, so that content is compared column by column, whatever the order the columns are written in.
    versions as (
        select *, true as is_logged,
        from landing.logged
        where attempt_id in (select attempt_id from ids)
        union all by name
        select *, false as is_contested, false as is_logged,
        from landing.prepared
        where attempt_id in (select attempt_id from ids)
    ),

    contents as (
        select
            attempt_id,
            source_row,
            is_logged,
            hash(row(*columns(* exclude (model_id, list_cost_usd, cache_savings_usd, is_price_backdated, batch_id, source_file, source_row, ingested_at, cost_usd, cost_source, is_contested, is_logged)))) as content,
            case when cost_source not in ('catalog', 'user_table') then cost_usd end as logged_cost_usd,
        from versions
    ),

    placed as (
        select
            source_row,
            is_logged,
            row_number() over (
                partition by attempt_id, content, logged_cost_usd order by is_logged desc, source_row
            ) as place,
        from contents
    )

select source_row, place > 1 as is_duplicate,
from placed
where not is_logged
