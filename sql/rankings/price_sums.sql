-- One row per period and model: the sums behind rankings.price, of traffic that a model worked for.
-- Tokens and dollars of one ratio are of the same rows; the gateway's own cache hits are in none.
select
    periods.period,
    usage.model_id,
    sum(board_tokens(usage.input_tokens, usage.output_tokens, usage.response_cache_hit_tokens))::bigint as total_tokens,
    sum(usage.model_input_tokens)::bigint as model_input_tokens,
    sum(usage.model_output_tokens)::bigint as model_output_tokens,
    sum(usage.model_cache_read_tokens)::bigint as model_cache_read_tokens,
    sum(usage.model_cache_write_tokens)::bigint as model_cache_write_tokens,
    sum(usage.cache_known_input_tokens)::bigint as cache_known_input_tokens,
    sum(usage.priced_tokens)::bigint as priced_tokens,
    sum(usage.priced_cost_usd)::decimal(38, 10) as priced_cost_usd,
    sum(usage.priced_request_count)::bigint as priced_request_count,
    sum(usage.price_due_count)::bigint as price_due_count,
    sum(usage.priced_ok_count)::bigint as priced_ok_count,
    sum(usage.priced_outcome_count)::bigint as priced_outcome_count,
    sum(usage.cost_usd)::decimal(38, 10) as cost_usd,
    sum(usage.failed_cost_usd)::decimal(38, 10) as failed_cost_usd,
    sum(usage.compared_cost_usd)::decimal(38, 10) as compared_cost_usd,
    sum(usage.compared_list_cost_usd)::decimal(38, 10) as compared_list_cost_usd,
    sum(usage.cache_savings_usd)::decimal(38, 10) as cache_savings_usd,
from rankings.periods
inner join
    rollups.usage_daily as usage on usage.event_date >= periods.start_date and usage.event_date < periods.end_date
where periods.is_complete
group by periods.period, usage.model_id
