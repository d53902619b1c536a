-- Where do we use a provider although another serves the same model cheaper and faster?
-- One row per model and provider that another is no worse than in price and in median time to first token, and better
-- in one, over the last four complete weeks; the best such other. Prices are of each provider's own mix of tokens.
-- Change: period; the least number of requests; compare request_success_rate, too.
with
    served as (
        select model_id, provider_name, request_count, effective_usd_per_mtok as usd_per_mtok, ttft_p50_s,
        from rankings.providers
        where
            period = '4w'
            and provider_name <> '(unknown)'
            and request_count >= 100
            and effective_usd_per_mtok is not null
            and ttft_p50_s is not null
    )
select
    mine.model_id,
    mine.provider_name,
    mine.request_count,
    round(mine.usd_per_mtok, 4) as effective_usd_per_mtok,
    round(mine.ttft_p50_s, 3) as ttft_p50_s,
    better.provider_name as better_provider,
    round(better.usd_per_mtok, 4) as better_usd_per_mtok,
    round(better.ttft_p50_s, 3) as better_ttft_p50_s,
from served as mine
inner join
    served as better
    on mine.model_id = better.model_id
    and better.usd_per_mtok <= mine.usd_per_mtok
    and better.ttft_p50_s <= mine.ttft_p50_s
    and (better.usd_per_mtok < mine.usd_per_mtok or better.ttft_p50_s < mine.ttft_p50_s)
qualify
    row_number() over (
        partition by mine.model_id, mine.provider_name
        order by better.usd_per_mtok, better.ttft_p50_s, better.provider_name
    )
    = 1
order by mine.request_count desc, mine.model_id, mine.provider_name
