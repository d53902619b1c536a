-- One row per staged row that keeps the contract, as the request log keeps it: canonical name, list price of its hour, latency buckets.
with
    named as (
        select
            staged.* exclude (cost_usd, input_cost_usd, output_cost_usd),
            names.model_id,
            utc(staged.start_time) as started_at,
            to_usd(staged.cost_usd) as logged_cost_usd,
            to_usd(staged.input_cost_usd) as input_cost_usd,
            to_usd(staged.output_cost_usd) as output_cost_usd,
        from landing.staged as staged
        inner join landing.names as names
            on staged.model_raw = names.model_raw and staged.provider_name = names.provider_name
        where staged.source_row not in (select refused.source_row from landing.refused as refused)
    ),

    priced as (
        select
            named.*,
            prices.price_source,
            prices.is_price_backdated,
            case when not named.response_cache_hit then
                list_cost_usd(
                    named.input_tokens, named.output_tokens, named.cache_read_input_tokens,
                    named.cache_write_input_tokens, named.reasoning_output_tokens, prices.price
                )
            end as list_cost_usd,
            case when not named.response_cache_hit then
                cache_savings_usd(
                    named.input_tokens, named.cache_read_input_tokens, named.cache_write_input_tokens, prices.price
                )
            end as cache_savings_usd,
        from named
        left join landing.prices as prices
            on named.model_id = prices.model_id
            and named.model_raw = prices.model_raw
            and named.provider_name = prices.provider_name
            and price_slot(named.start_time) = prices.slot
    )

select
    priced.* exclude (started_at, model_raw, price_source, logged_cost_usd, cost_source, source_row, is_price_backdated),
    coalesce(logged_cost_usd, case when status <> 'error' then list_cost_usd end) as cost_usd,
    case
        when logged_cost_usd is not null then cost_source
        when status <> 'error' and list_cost_usd is not null then price_source
        else 'none'
    end as cost_source,
    is_price_backdated and list_cost_usd is not null as is_price_backdated,
    case when not response_cache_hit then latency_bucket(time_to_first_chunk_s * 1000) end as ttft_bucket,
    case when not response_cache_hit then latency_bucket(duration_s * 1000) end as duration_bucket,
    case
        when not response_cache_hit and stream and output_tokens >= 10 and duration_s > time_to_first_chunk_s
        then latency_bucket(output_tokens / (duration_s - time_to_first_chunk_s))
    end as output_speed_bucket,
    (select batch_id from landing.batch) as batch_id,
    (select source_file from landing.batch) as source_file,
    source_row as source_row,
    (select received_at from landing.batch) as ingested_at,
    cast(started_at as date) as event_date,
    cast(hour(started_at) as smallint) as event_hour,
from priced
