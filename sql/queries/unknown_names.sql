-- Which model names does the catalogue not know?
-- One row per such name, the fifty most used: traffic, part of all tokens, providers.
-- Change: nothing; to name one, see podium doctor --names.
select
    model_id,
    sum(request_count)::bigint as request_count,
    sum(input_tokens + output_tokens)::bigint as total_tokens,
    sum(input_tokens + output_tokens) / nullif(
        (select sum(everything.input_tokens + everything.output_tokens) from rollups.usage_daily as everything), 0
    ) as token_share,
    list(distinct provider_name order by provider_name) as provider_names,
from rollups.usage_daily
where starts_with(model_id, 'unknown/')
group by model_id
order by total_tokens desc nulls last, request_count desc, model_id
limit 50
