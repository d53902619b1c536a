-- One row per period and model: what its tokens really cost, beside its list price, with the share of tokens and of
-- requests priced. Ranked by effective price, cheapest first. Unknown is null, free is 0; gateway cache hits are in
-- no price and no rate.
with
    sums as (
        select
            periods.period,
            usage.model_id,
            sum(board_tokens(usage.input_tokens, usage.output_tokens, usage.response_cache_hit_tokens)) as tokens,
            sum(usage.model_input_tokens) as input,
            sum(usage.model_output_tokens) as output,
            sum(usage.model_cache_read_tokens) as cache_read,
            sum(usage.model_cache_write_tokens) as cache_write,
            sum(usage.cache_known_input_tokens) as cache_known,
            sum(usage.priced_tokens) as priced,
            sum(usage.priced_cost_usd) as priced_cost,
            sum(usage.priced_request_count) as priced_requests,
            sum(usage.cost_usd) as cost,
            sum(usage.failed_cost_usd) as failed_cost,
            sum(usage.price_due_count) as price_due,
            sum(usage.priced_ok_count) as priced_ok,
            sum(usage.priced_outcome_count) as priced_outcomes,
            sum(usage.compared_cost_usd) as compared,
            sum(usage.compared_list_cost_usd) as compared_list,
            sum(usage.cache_savings_usd) as cache_savings,
        from rankings.periods
        inner join
            rollups.usage_daily as usage
            on usage.event_date >= periods.start_date
            and usage.event_date < periods.end_date
        where periods.is_complete
        group by periods.period, usage.model_id
    )
select
    sums.period,
    case
        when sums.priced > 0
        then
            row_number() over (
                partition by sums.period order by sums.priced_cost / nullif(sums.priced, 0) nulls last, sums.model_id
            )
    end as rank,
    sums.model_id,
    usd_per_mtok(sums.priced_cost, sums.priced) as effective_usd_per_mtok,
    (
        class_cost(
            sums.input - coalesce(sums.cache_read, 0) - coalesce(sums.cache_write, 0),
            list_price.list_input_usd_per_mtok
        )
        + class_cost(sums.cache_read, list_price.list_cache_read_usd_per_mtok)
        + class_cost(sums.cache_write, list_price.list_cache_write_usd_per_mtok)
        + class_cost(sums.output, list_price.list_output_usd_per_mtok)
    )
    / nullif(coalesce(sums.input, 0) + coalesce(sums.output, 0), 0) as blended_usd_per_mtok,
    list_price.list_input_usd_per_mtok,
    list_price.list_output_usd_per_mtok,
    list_price.list_cache_read_usd_per_mtok,
    list_price.price_as_of,
    list_price.price_provider_name,
    ratio(sums.cache_read, sums.cache_known) as cache_hit_rate,
    sums.cache_savings::decimal(38, 10) as cache_savings_usd,
    ratio(sums.compared, sums.compared_list) as recorded_to_list_ratio,
    ratio(coalesce(sums.priced, 0), sums.tokens) as pricing_coverage_share,
    ratio(sums.priced_requests, sums.price_due) as priced_request_share,
    known(sums.cost, sums.priced_requests)::decimal(38, 10) as spend_usd,
    known(sums.failed_cost, sums.priced_requests)::decimal(38, 10) as failed_spend_usd,
    ratio(sums.cost, sums.priced_outcomes) as cost_usd_per_request,
    ratio(sums.cost, sums.priced_ok) as cost_usd_per_success,
from sums
left join rankings.list_price on sums.period = list_price.period and sums.model_id = list_price.model_id
