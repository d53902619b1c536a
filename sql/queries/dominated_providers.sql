-- Where do we use a provider although another serves the same model better?
-- One row per model and provider that another is no worse than in price, median time to first token and success, and better
-- in one by more than luck explains (`clear_on`), over the last four complete weeks. Prices are of each provider's own mix.
-- Change: period; is_dominated in place of is_clear shows those within error, too.
select
    model_id,
    provider_name,
    request_success_n as request_count,
    round(effective_usd_per_mtok, 4) as effective_usd_per_mtok,
    round(ttft_p50_s, 3) as ttft_p50_s,
    round(request_success_rate, 4) as request_success_rate,
    dominated_by as better_provider,
    clear_on,
    round(other_usd_per_mtok, 4) as better_usd_per_mtok,
    round(other_ttft_p50_s, 3) as better_ttft_p50_s,
    round(other_success_rate, 4) as better_success_rate,
from rankings.endpoints
where period = '4w' and is_clear
order by request_count desc, model_id, provider_name
