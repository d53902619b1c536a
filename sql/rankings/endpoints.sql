-- One row per period, model and provider, where several providers served one model: is another one no worse on price,
-- median time to first token and success, and better on one?
-- Compared are providers with a price, 8 timed streams and 20 requests that ended ok or in error, by the period's own
-- figures: each provider's own mix of tokens and requests. is_clear: on one of the three at least it is better by more than
-- luck explains (clear_on): the 95 % intervals of success, or of the median time to first token, do not meet, or its
-- price is 10 % lower or more (a price is no sample, but under that the mix explains it as well). `dominated_by` is a
-- clear one where there is one, then the cheapest, then the fastest.
with
    served as (
        select
            *, effective_usd_per_mtok is not null and ttft_p50_s is not null and request_success_n >= 20 as is_compared,
        from rankings.providers
        where provider_name <> '(unknown)'
        qualify count(*) over (partition by period, model_id) > 1
    ),
    better as (
        select
            worse.period,
            worse.model_id,
            worse.provider_name,
            other.provider_name as dominated_by,
            other.effective_usd_per_mtok as other_usd_per_mtok,
            other.ttft_p50_s as other_ttft_p50_s,
            other.request_success_rate as other_success_rate,
            nullif(
                concat_ws(
                    ', ',
                    case when is_tenth_lower(other.effective_usd_per_mtok, worse.effective_usd_per_mtok) then 'price' end,
                    case when other.ttft_p50_s_high < worse.ttft_p50_s_low then 'first token' end,
                    case when other.request_success_rate_low > worse.request_success_rate_high then 'success' end
                ),
                ''
            ) as clear_on,
        from served as worse
        inner join
            served as other
            on worse.period = other.period
            and worse.model_id = other.model_id
            and worse.is_compared
            and other.is_compared
            and other.effective_usd_per_mtok <= worse.effective_usd_per_mtok
            and other.ttft_p50_s <= worse.ttft_p50_s
            and other.request_success_rate >= worse.request_success_rate
            and (
                other.effective_usd_per_mtok < worse.effective_usd_per_mtok
                or other.ttft_p50_s < worse.ttft_p50_s
                or other.request_success_rate > worse.request_success_rate
            )
        qualify
            row_number() over (
                partition by worse.period, worse.model_id, worse.provider_name
                order by clear_on is null, other.effective_usd_per_mtok, other.ttft_p50_s, other.provider_name
            )
            = 1
    )
select
    served.period,
    served.model_id,
    served.provider_name,
    served.total_tokens,
    served.token_share,
    served.effective_usd_per_mtok,
    served.pricing_coverage_share,
    served.ttft_p50_s,
    served.ttft_p50_s_low,
    served.ttft_p50_s_high,
    served.ttft_n,
    served.request_success_rate,
    served.request_success_rate_low,
    served.request_success_rate_high,
    served.request_success_n,
    served.is_compared,
    better.dominated_by is not null as is_dominated,
    case when is_dominated then better.clear_on is not null end as is_clear,
    better.clear_on,
    better.dominated_by,
    better.other_usd_per_mtok,
    better.other_ttft_p50_s,
    better.other_success_rate,
from served
left join better using (period, model_id, provider_name)
