-- One row per version of an attempt that gives way, where contents of one attempt_id differ: the newest revision
-- stays, else the one that ends last, else the longest, else the largest content: the order of arrival decides nothing.
with
    contested as (
        select attempt_id
        from lake.around
        where is_contested
    ),

    contents as (
        select
            batch_id,
            source_row,
            attempt_id,
            source_revision,
            end_time,
            output_tokens,
            -- Every column the log told, none of landing's: which file a version came in decides nothing.
            md5(cast(row(*columns(* exclude (batch_id, source_file, source_row, ingested_at, is_contested, outer_span_id))) as varchar)) as content,
        from lake.around
        where attempt_id in (select contested.attempt_id from contested)
    ),

    versions as (
        select
            batch_id,
            source_row,
            row_number() over (
                partition by attempt_id
                order by source_revision desc nulls last, end_time desc nulls last, output_tokens desc nulls last, content desc
            ) as place,
        from contents
    )

select batch_id, source_row
from versions
where place > 1
