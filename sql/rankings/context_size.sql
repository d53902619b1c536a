-- One row per complete period, model ('(all)': every one) and size of the prompt that occurred: its share of the requests
-- whose prompt is counted.
-- prompt_tokens_to is the upper edge, itself included (1K = 1,000 tokens); null is a prompt that is not counted.
select
    period,
    model_id,
    prompt_tokens_to,
    request_count,
    case
        when prompt_tokens_to is not null
        then
            ratio(
                request_count,
                sum(request_count) filter (where prompt_tokens_to is not null) over (partition by period, model_id)
            )
    end as request_share,
    prompt_tokens,
    ratio(
        sum(request_count) filter (where prompt_tokens_to is not null) over (partition by period, model_id),
        sum(request_count) over (partition by period, model_id)
    ) as coverage_share,
from rankings.traffic_sums
where windows_back = 0
